"""Permanence: a finished row cannot be changed, however it is tried."""

from contextlib import contextmanager
from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import PointsEntry
from pos.core.ids import uuid7
from pos.models import StockMovement, Till
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import (
    FiscalDocument,
    ReceiptPrint,
    Sale,
    SaleLine,
    SaleOperation,
    Shift,
    Tender,
)
from sales.receipts.prints import record_print
from sales.shifts.close import close_shift
from tests.support.cashier import Cashier
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
)
from tests.support.file_scoped_shop import file_scoped
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

LEDGERS = {
    FiscalDocument: "text",
    PointsEntry: "reason",
    ReceiptPrint: "copy_number",
    SaleOperation: "kind",
    StockMovement: "reason",
    Tender: "reference",
}
KEPT = [*LEDGERS, Sale, SaleLine, Shift]


def sell_once() -> tuple[Shift, Sale]:
    """A shift, and a finalized sale in it that left a row in every ledger."""
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    customer = CustomerFactory(company=shift.company)
    cashier = Cashier(shift)
    for product in ProductFactory.create_batch(2, company=shift.company):
        cashier.scan(product.sku)
    cashier.do("attach_customer", customer=str(customer.uid))
    finalize_sale(uid=cashier.uid, tenders=[card(5), cash(20)], actor=shift.cashier)
    record_print(sale_uid=cashier.uid, actor=shift.cashier)
    return shift, cashier.sale


file_scoped_sale = file_scoped(sell_once)


@pytest.fixture
def sold(file_scoped_sale, db):
    return deepcopy(file_scoped_sale)


@pytest.fixture
def shift(sold):
    return sold[0]


@pytest.fixture
def finished(sold):
    return sold[1]


@contextmanager
def refused(*words: str):
    """The database refuses, in these words; what was before stays."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    for word in words:
        assert word in str(refusal.value)


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.usefixtures("finished")
@pytest.mark.parametrize("model", LEDGERS, ids=lambda model: model.__name__)
class TestEveryLedger:
    def test_has_a_row_to_try_this_on(self, model):
        assert model.objects.exists()

    def test_refuses_update(self, model):
        table, column = model._meta.db_table, LEDGERS[model]

        with refused("is permanent: UPDATE refused"):
            model.objects.update(**{column: model.objects.first().pk})
        with refused("is permanent: UPDATE refused"):
            run(f"UPDATE {table} SET {column} = {column}")
        with refused("is permanent: UPDATE refused"):
            model.objects.first().save(update_fields=[column])

    def test_refuses_delete(self, model):
        with refused("is permanent: DELETE refused"):
            model.objects.all().delete()
        with refused("is permanent: DELETE refused"):
            run(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_nothing_that_is_kept_is_truncated(model):
    with refused("is permanent: TRUNCATE refused"):
        run(f"TRUNCATE {model._meta.db_table} CASCADE")


class TestAFinishedSale:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("status", "'voided'"),
            ("status", "'open'"),
            ("total", "total + 1"),
            ("net_total", "net_total - 1"),
            ("rounding", "0.01"),
            ("customer_id", "NULL"),
            ("note", "'x'"),
            ("receipt_number", "'X'"),
            ("number", "number + 1"),
            ("business_date", "business_date - 1"),
            ("finalized_at", "now()"),
            ("tenders_fingerprint", "''"),
            ("shift_id", "shift_id"),
            ("uid", "gen_random_uuid()"),
        ],
    )
    def test_takes_no_change(self, finished, column, value):
        with refused("sales_sale is permanent: UPDATE refused"):
            run(f"UPDATE sales_sale SET {column} = {value} WHERE id = %s", finished.pk)

    def test_takes_no_change_by_the_orm(self, finished):
        with refused("UPDATE refused"):
            Sale.objects.filter(pk=finished.pk).update(note="x")
        with refused("UPDATE refused"):
            finished.save(update_fields=["note"])

    def test_is_never_deleted_nor_is_an_open_one(self, finished, shift):
        for sale in (finished, make_sale(shift, lines=0)):
            with refused("sales_sale is permanent: DELETE refused"):
                run("DELETE FROM sales_sale WHERE id = %s", sale.pk)

    def test_stays_voided(self, shift):
        sale = make_sale(shift)
        void_sale(uid=sale.uid, reason="Changed their mind", actor=shift.cashier)

        with refused("UPDATE refused"):
            Sale.objects.filter(pk=sale.pk).update(status=Sale.Status.OPEN)

    def test_takes_no_line(self, finished):
        line = finished.lines.first()
        line.pk, line.uid, line.position = None, uuid7(), 9

        with refused("the sale is finalized: INSERT of sales_saleline refused"):
            line.save(force_insert=True)

    def test_loses_no_line(self, finished):
        with refused("the sale is finalized: DELETE of sales_saleline refused"):
            finished.lines.all().delete()

    def test_takes_no_tender(self, finished):
        tender = Tender(
            company=finished.company, sale=finished, position=9, kind="cash", tendered=1
        )
        with refused("the sale is finalized: INSERT of sales_tender refused"):
            tender.save()

    def test_gives_no_line_away_and_gets_none(self, finished, shift):
        still_open = make_sale(shift)

        for line, sale in (
            (finished.lines.first(), still_open),
            (still_open.lines.first(), finished),
        ):
            with refused("UPDATE", "refused"):
                SaleLine.objects.filter(pk=line.pk).update(sale=sale, position=9)

    @pytest.mark.parametrize(
        "column",
        [
            field.column
            for field in SaleLine._meta.concrete_fields
            if not field.generated and not field.column.startswith("refunded")
        ],
    )
    def test_takes_no_change_of_a_line(self, finished, column):
        field = SaleLine._meta.get_field(column.removesuffix("_id"))
        other = {
            "UUIDField": "gen_random_uuid()",
            "CharField": "'x'",
            "JSONField": "'[1]'",
            "BooleanField": "true",
        }.get(field.get_internal_type(), f"coalesce({column}, 0) + 1")

        with refused("UPDATE", "refused"):
            run(
                f"UPDATE sales_saleline SET {column} = {other} WHERE id = %s",
                finished.lines.first().pk,
            )

    def test_takes_the_same_values_again(self, finished):
        """What changes nothing is not refused: a generated column is no change."""
        run("UPDATE sales_saleline SET name = name WHERE sale_id = %s", finished.pk)


@pytest.mark.no_books_check
class TestRefundedCounters:
    @pytest.fixture
    def line(self, finished):
        return finished.lines.first()

    def set(self, line, quantity, total):
        SaleLine.objects.filter(pk=line.pk).update(
            refunded_quantity=Decimal(quantity), refunded_total=Decimal(total)
        )

    def test_may_rise_to_what_was_sold(self, line):
        self.set(line, "0.5", "5.00")
        self.set(line, "1", "10.00")

    @pytest.mark.parametrize(
        ("quantity", "total"),
        [("1.001", "10.00"), ("1", "10.01"), ("-0.001", "0"), ("0", "-0.01")],
    )
    def test_never_pass_what_was_sold(self, line, quantity, total):
        with refused():
            self.set(line, quantity, total)

    @pytest.mark.parametrize(("quantity", "total"), [("0.4", "5.00"), ("0.5", "4.99")])
    def test_never_fall(self, line, quantity, total):
        self.set(line, "0.5", "5.00")

        with refused("is permanent: UPDATE refused"):
            self.set(line, quantity, total)

    def test_take_no_other_change_along(self, line):
        with refused("the sale is finalized"):
            SaleLine.objects.filter(pk=line.pk).update(
                refunded_quantity=1, refunded_total=10, name="x"
            )


class TestAShift:
    def test_that_is_closed_takes_no_change(self):
        shift = ShiftFactory()
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)

        for values in ({"counted_cash": 99}, {"closed_at": None}, {"cashier": 1}):
            with refused("sales_shift is permanent: UPDATE refused"):
                Shift.objects.filter(pk=shift.pk).update(**values)

    def test_is_never_deleted(self):
        shift = ShiftFactory()

        with refused("sales_shift is permanent: DELETE refused"):
            Shift.objects.filter(pk=shift.pk).delete()


@pytest.mark.usefixtures("rolled_back")
class TestATemporaryTable:
    """It hides the table of its name from the session that made it, but no trigger."""

    def test_of_sales_makes_no_finished_sale_open(self, finished):
        run(
            "CREATE TEMPORARY TABLE sales_sale AS"
            " SELECT id, company_id, 'open' AS status FROM public.sales_sale"
        )

        with refused("the sale is finalized: INSERT of sales_tender refused"):
            run(
                "INSERT INTO sales_tender (company_id, sale_id, position, kind,"
                " tendered, change, reference, is_pending, is_alternative_method)"
                " SELECT company_id, id, 3, 'cash', 1000, 0, '',"
                " false, false FROM sales_sale"
            )

    def test_of_shifts_opens_no_closed_one(self):
        shift = ShiftFactory()
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)
        run(
            "CREATE TEMPORARY TABLE sales_shift AS"
            " SELECT id, NULL::timestamptz AS closed_at FROM public.sales_shift"
        )

        with refused("the shift is closed: INSERT of sales_cashmovement refused"):
            run(
                "INSERT INTO sales_cashmovement (uid, company_id, shift_id, kind,"
                " amount, reason, staff_member_id)"
                " SELECT gen_random_uuid(), company_id, id, 'pay_in', 50, 'Mine',"
                " cashier_id FROM public.sales_shift WHERE closed_at IS NOT NULL"
            )


@pytest.mark.usefixtures("rolled_back")
class TestATill:
    @pytest.mark.parametrize(
        "column",
        ["last_sale_number", "last_refund_number", "last_z_number", "last_chain_no"],
    )
    def test_never_counts_back(self, shift, column):
        head = {"last_chain_no": ", chain_head = md5(random()::text)"}.get(column, "")
        run(f"UPDATE pos_till SET {column} = 5{head}")

        with refused("pos_till is permanent: UPDATE refused"):
            run(f"UPDATE pos_till SET {column} = 4{head}")

    def test_moves_the_head_of_its_chain_with_the_number_only(self, finished):
        for values in ({"chain_head": "0" * 64}, {"last_chain_no": 2}):
            with refused("pos_till is permanent: UPDATE refused"):
                Till.objects.filter(pk=finished.till_id).update(**values)

    def test_that_has_sold_is_never_deleted(self, finished):
        with refused("violates foreign key"):
            run("DELETE FROM pos_till WHERE id = %s", finished.till_id)

    def test_that_has_sold_keeps_its_code(self, finished):
        with refused("pos_till is permanent: UPDATE refused"):
            Till.objects.filter(pk=finished.till_id).update(code="OTHER")

    def test_may_be_renamed(self, finished):
        Till.objects.filter(pk=finished.till_id).update(name="Front")

    def test_that_has_numbered_stays_at_its_outlet(self, finished):
        till = Till.objects.get(pk=finished.till_id)
        other = OutletFactory(company=till.company)

        with refused("pos_till is permanent: UPDATE refused"):
            Till.objects.filter(pk=till.pk).update(outlet=other)

        fresh = TillFactory(outlet=till.outlet)
        Till.objects.filter(pk=fresh.pk).update(outlet=other)
