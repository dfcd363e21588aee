"""Kept figures: who did what and why; once written, the database keeps them."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pos.access.permission import APPROVALS
from pos.core.ids import uuid7
from pos.core.money import TaxRounding
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.models import (
    ProductDay,
    Shift,
    ShiftHour,
    ShiftReason,
    ShiftTax,
    ShiftTender,
)
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.errors import VarianceReasonError
from tests.support.books import find_failed_checks
from tests.support.cashier import Cashier
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    StaffMemberFactory,
    grant,
    make_sale,
)
from tests.support.refunds import (
    adjust_balance,
    sell_products,
)
from tests.support.shift_figures import (
    D,
    a_closed_shift,
    a_product,
    close,
    finalize,
    reasons,
    rows,
    shift_at,
    taxed_shift,
)
from tests.support.tenders import card

pytestmark = pytest.mark.django_db


def test_whatever_people_do_has_its_reason():
    shift = shift_at()
    grant(shift.cashier.role, APPROVALS)
    basket = Cashier(shift)
    for price in ("8.00", "3.00", "2.00"):
        basket.scan(a_product(shift, price).sku)
    first, second, third = basket.lines
    basket.do("remove", line=str(second.uid))
    basket.do("override_price", line=str(third.uid), price="1.50", reason="Scratch")
    basket.do("discount_line", line=str(first.uid), amount="1", reason="Dent")
    finalize_sale(uid=basket.uid, tenders=[card("8.50")], actor=shift.cashier)
    for kind, amount in (("pay_in", 5), ("pay_out", 2), ("drop", 1), ("no_sale", 0)):
        record_cash_movement(
            uid=uuid7(),
            till=shift.till,
            move=CashMove(kind, D(amount), f"For {kind}"),
            actor=shift.cashier,
        )
    close(shift, counted=expected_cash(shift) - 3, variance_reason="A coin fell")

    columns = ("what", "reason", "person", "count", "amount")
    me = shift.cashier_id
    assert rows(ShiftReason, *columns) == [
        ("drop", "For drop", me, 1, D(-1)),
        ("line_discount", "Dent", me, 1, D(1)),
        ("no_sale", "For no_sale", me, 1, D(0)),
        ("override", "Scratch", me, 1, D("0.50")),
        ("pay_in", "For pay_in", me, 1, D(5)),
        ("pay_out", "For pay_out", me, 1, D(-2)),
        ("removed_line", "", me, 1, D(3)),
        ("variance", "A coin fell", me, 1, D(-3)),
    ]


def test_each_cashier_has_hours_of_their_own():
    shift = shift_at()
    other = StaffMemberFactory(company=shift.company)
    for actor in (shift.cashier, other, other):
        finalize(make_sale(shift), shift, actor=actor)
    close(shift)

    found = {row.cashier_id: row.receipts for row in ShiftHour.objects.all()}
    assert found == {shift.cashier_id: 1, other.pk: 2}


def test_a_refused_close_adds_nothing_up():
    shift = shift_at()
    sell_products(shift, "10.00", tenders=[card(10)])

    with pytest.raises(VarianceReasonError):
        close(shift, counted=expected_cash(shift) + 1)

    for model in (ShiftHour, ShiftTax, ShiftTender, ShiftReason, ProductDay):
        assert not model.objects.exists()


@pytest.mark.parametrize("rounding", TaxRounding)
def test_on_prices_without_tax_all_is_with_tax_and_ties_to_the_cent(rounding):
    """Edge case 24: what lines share of a rounded difference adds up to it."""
    shift = taxed_shift(prices_include_tax=False, tax_rounding=rounding)
    customer = CustomerFactory(company=shift.company)
    LoyaltyProgrammeFactory(company=shift.company, point_value=D("0.01"))
    adjust_balance(customer, 500, shift.cashier)
    basket = Cashier(shift)
    basket.do("attach_customer", customer=str(customer.uid))
    for price in ("3.33", "2.29", "7.77"):
        basket.scan(a_product(shift, price).sku)
    basket.do(
        "discount_line", line=str(basket.lines[0].uid), percent="10", reason="Dent"
    )
    basket.do("discount_sale", percent="7", reason="Regular")
    basket.do("redeem_points", points=103)
    finalize_sale(
        uid=basket.uid, tenders=[card(basket.sale.total)], actor=shift.cashier
    )
    close(shift)

    figures = Shift.objects.get(pk=shift.pk).z_report.figures
    [hour] = ShiftHour.objects.all()
    assert (hour.gross, hour.discounts, hour.points_value) == tuple(
        D(figures[name]) for name in ("gross", "discounts", "points_value")
    )
    assert hour.gross > 13.39  # the prices asked, with tax
    found = reasons(shift)
    assert found["line_discount"][1] + found["sale_discount"][1] == hour.discounts
    assert found["points"] == (1, hour.points_value)
    products = ProductDay.objects.all()
    assert sum(row.gross for row in products) == hour.gross
    assert sum(row.discounts for row in products) == hour.discounts + hour.points_value
    assert all(row.total == row.gross - row.discounts for row in products)


@pytest.mark.no_books_check  # the receipt says what it said
@pytest.mark.parametrize("with_tax", [True, False])
def test_what_offers_took_off_is_a_discount_by_another_name(with_tax):
    """Nothing writes offers yet: here they take the place of a discount of the line."""
    shift = taxed_shift(prices_include_tax=with_tax)
    basket = Cashier(shift)
    for price in ("3.33", "7.77"):
        basket.scan(a_product(shift, price).sku)
    for line, percent in zip(basket.lines, ("10", "20"), strict=True):
        basket.do("discount_line", line=str(line.uid), percent=percent, reason="Dent")
    finalize_sale(
        uid=basket.uid, tenders=[card(basket.sale.total)], actor=shift.cashier
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
            "ALTER TABLE sales_saleline DISABLE TRIGGER USER;"
            "UPDATE sales_saleline SET offers_discount = line_discount,"
            " line_discount = 0, discount_rate = 0, discount_reason = '',"
            " offers = '[1]' WHERE position = 1;"
            "ALTER TABLE sales_saleline ENABLE TRIGGER USER"
        )
    close(shift)

    found = reasons(shift)
    assert {*found} == {"line_discount", "offer"}
    [hour] = ShiftHour.objects.all()
    assert found["line_discount"][1] + found["offer"][1] == hour.discounts
    assert sum(row.discounts for row in ProductDay.objects.all()) == hour.discounts
    assert hour.gross == hour.total + hour.discounts
    assert [text for text in find_failed_checks() if not text.startswith("I28 ")] == []


class TestTheDatabase:
    @pytest.mark.parametrize("model", [ShiftHour, ShiftTax, ShiftTender, ShiftReason])
    def test_refuses_to_change_a_row(self, model):
        shift = a_closed_shift()

        with pytest.raises(IntegrityError, match="is permanent"), transaction.atomic():
            model.objects.filter(shift=shift).update(business_date=date(2020, 1, 1))

    @pytest.mark.parametrize(
        "table",
        [
            *("sales_shifthour", "sales_shifttax", "sales_shifttender"),
            *("sales_shiftreason", "sales_productday", "sales_productmonth"),
        ],
    )
    def test_lets_only_the_owner_of_the_tables_delete_rows(self, table):
        a_closed_shift()
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT DELETE ON {table} TO tillkeeper_app")
            cursor.execute("SET LOCAL ROLE tillkeeper_app")
            with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute("RESET ROLE")
            cursor.execute(f"REVOKE DELETE ON {table} FROM tillkeeper_app")
            with transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
                assert cursor.rowcount
                transaction.set_rollback(True)

    def test_adds_up_no_open_shift(self):
        shift = shift_at()

        with pytest.raises(IntegrityError, match="is open"), transaction.atomic():
            ShiftTender.objects.create(
                company=shift.company,
                shift=shift,
                business_date=shift.business_date,
                kind="card",
                count=1,
                taken=1,
                refund_count=0,
                refunds=0,
                corrected=0,
            )

    @pytest.mark.no_books_check
    def test_refuses_a_close_that_is_not_added_up(self, monkeypatch):
        shift = shift_at()
        sell_products(shift, "10.00", tenders=[card(10)])
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION pg_temp.lose() RETURNS trigger LANGUAGE plpgsql"
                " AS 'BEGIN RETURN NULL; END';"
                "CREATE TRIGGER lost BEFORE INSERT ON sales_shifthour"
                " FOR EACH ROW EXECUTE FUNCTION pg_temp.lose()"
            )
            close(shift)
            with pytest.raises(IntegrityError, match="is not added up"):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_takes_as_many_statements_for_many_sales():
    shift = shift_at()
    sell_products(shift, "10.00", tenders=[card(10)])
    with CaptureQueriesContext(connection) as few:
        close(shift)
    busy = ShiftFactory(till=shift.till)
    for _ in range(5):
        finalize(make_sale(busy, lines=3), busy)
    with CaptureQueriesContext(connection) as many:
        close(busy)

    written = [q["sql"] for q in many if 'INSERT INTO "sales_shift' in q["sql"]]
    assert (len(few), len(written)) == (len(many), 4)
