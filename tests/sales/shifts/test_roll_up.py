"""Roll-up: what a closed shift came to, as the edge cases of the figures have it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pos.core.ids import uuid7
from pos.core.money import TaxRounding
from pos.models import TaxRate
from sales.basket.void import void_sale
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.tenders import correct_tender
from sales.models import (
    ProductDay,
    ProductMonth,
    Sale,
    ShiftHour,
    ShiftReason,
    ShiftTax,
    ShiftTender,
)
from sales.refunds.exchange import exchange_sale
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.errors import ShiftClosedError
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    ShiftFactory,
    make_sale,
)
from tests.support.refunds import (
    make_refund,
    return_lines,
    sell_products,
)
from tests.support.shift_figures import (
    D,
    a_product,
    close,
    finalize,
    reasons,
    rows,
    shift_at,
    taxed_shift,
)
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db


def test_a_shift_over_midnight_has_rows_of_two_dates_and_one_z_report():
    """Edge case 1."""
    shift = shift_at("Asia/Singapore")
    before = make_sale(shift, products=[a_product(shift, "5.00")])
    finalize(before, shift, at=datetime(2026, 3, 31, 15, 59, 59, 999000, tzinfo=UTC))
    after = make_sale(shift, products=[a_product(shift, "10.00")])
    finalize(after, shift, at=datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    close(shift)

    assert rows(ShiftHour, "business_date", "hour", "total", shift=shift) == [
        (date(2026, 3, 31), 23, D(5)),
        (date(2026, 4, 1), 0, D(10)),
    ]
    assert shift.z_report.total == 15
    assert rows(ShiftTender, "business_date", "total", shift=shift) == [
        (date(2026, 3, 31), D(5)),
        (date(2026, 4, 1), D(10)),
    ]
    assert rows(ProductDay, "business_date", "total") == [
        (date(2026, 3, 31), D(5)),
        (date(2026, 4, 1), D(10)),
    ]
    assert rows(ProductMonth, "business_date", "total") == [
        (date(2026, 3, 1), D(5)),
        (date(2026, 4, 1), D(10)),
    ]


@pytest.mark.parametrize(
    ("zone", "at", "day", "hour"),
    [
        ("Asia/Singapore", "2026-03-28T17:30", date(2026, 3, 29), 1),
        ("Europe/London", "2026-03-28T17:30", date(2026, 3, 28), 17),
        ("America/St_Johns", "2026-03-28T17:30", date(2026, 3, 28), 15),
    ],
)
def test_hours_and_dates_are_those_of_the_outlet(zone, at, day, hour):
    """Edge case 2."""
    shift = shift_at(zone)
    finalize(make_sale(shift), shift, at=datetime.fromisoformat(f"{at}+00:00"))
    close(shift)

    assert rows(ShiftHour, "business_date", "hour") == [(day, hour)]


def test_an_hour_that_comes_twice_is_one_hour():
    """Edge case 3."""
    shift = shift_at("Europe/London")
    for hour in (0, 1):
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        finalize(make_sale(shift), shift, at=at)
    close(shift)

    assert rows(ShiftHour, "hour", "receipts") == [(1, 2)]


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-10-25T00:20", date(2026, 10, 24)),  # 01:20 for the first time
        ("2026-10-25T00:40", date(2026, 10, 25)),
        ("2026-10-25T01:20", date(2026, 10, 25)),  # 01:20 again: the day has ended
    ],
)
def test_what_happens_when_the_clocks_go_back_is_dated_as_a_sale_is(at, day):
    shift = shift_at("Europe/London", day_ends_at="01:30")
    moment = datetime.fromisoformat(f"{at}+00:00")
    shift.refresh_from_db()
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("pay_in", D(1), "Coins"),
        actor=shift.cashier,
        at=moment,
    )
    close(shift)

    assert shift.till.outlet.business_date(moment) == day
    assert rows(ShiftReason, "what", "business_date") == [("pay_in", day)]


def test_a_refund_is_on_its_own_date():
    """Edge case 4."""
    shift = taxed_shift()
    sold = sell_products(shift, "10.90", tenders=[cash("10.90")])
    close(shift)
    first = rows(ShiftHour, "total", "net", "tax", shift=shift)
    tomorrow = ShiftFactory(till=shift.till)
    make_refund(sold, 1, shift=tomorrow)
    close(tomorrow)

    assert first == [(D("10.90"), D(10), D("0.90"))]
    assert rows(ShiftHour, "refunds", "total", "net", "tax", shift=tomorrow) == [
        (D("-10.90"), D("-10.90"), D(-10), D("-0.90"))
    ]
    assert rows(ShiftHour, "total", "net", "tax", shift=shift) == first
    assert rows(ShiftHour, "receipts", "refund_receipts", shift=tomorrow) == [(0, 1)]
    assert reasons(tomorrow)["refund"] == (1, D("-10.90"))


def test_an_exchange_is_a_refund_and_a_sale_with_the_difference_in_cash():
    """Edge case 5."""
    shift = shift_at()
    sold = sell_products(shift, "20.00", tenders=[cash(20)])
    close(shift)
    following = ShiftFactory(till=shift.till)
    bought = make_sale(following, products=[a_product(following, "25.00")])
    exchange_sale(
        refund_uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold, 1),
        sale_uid=bought.uid,
        tenders=[cash(5)],
        reason="other size",
        actor=following.cashier,
        till=following.till,
    )
    close(following)

    assert rows(ShiftHour, "gross", "refunds", "total", shift=following) == [
        (D(25), D(-20), D(5))
    ]
    assert rows(ShiftTender, "kind", "total", shift=following) == [
        ("cash", D(5)),
        ("exchange", D(0)),
    ]


def test_a_refund_has_the_rate_of_its_sale():
    """Edge case 6."""
    shift = taxed_shift(rate="0.08")
    sold = sell_products(shift, "10.80", tenders=[card("10.80")])
    TaxRate.objects.create(
        company=shift.company,
        tax_code="SR",
        rate=D("0.09"),
        valid_from=sold.tax_date + timedelta(days=1),
    )
    make_refund(sold, 1, shift=shift)
    close(shift)

    columns = ("document", "tax_rate", "net", "tax", "documents")
    assert rows(ShiftTax, *columns) == [
        ("refund", D("0.08"), D(-10), D("-0.80"), 1),
        ("sale", D("0.08"), D(10), D("0.80"), 1),
    ]


@pytest.mark.parametrize(
    ("rounding", "tax"), [(TaxRounding.RATE_GROUP, "0.97"), (TaxRounding.LINE, "0.96")]
)
def test_tax_is_added_up_as_it_was_stored(rounding, tax):
    """Edge case 7."""
    shift = taxed_shift(tax_rounding=rounding)
    sell_products(shift, "3.30", "2.20", "4.95", "1.25", tenders=[card("11.70")])
    close(shift)

    assert rows(ShiftTax, "tax", "documents") == [(D(tax), 1)]
    assert rows(ShiftHour, "tax") == [(D(tax),)]


def test_what_has_no_known_cost_is_beside_it():
    """Edge case 10: unknown is never zero. The margin is 33.39."""
    shift = taxed_shift()
    known = a_product(shift, "80.00", cost=D("40.00"))
    unknown = a_product(shift, "20.00", cost=None)
    finalize(make_sale(shift, products=[known, unknown]), shift)
    close(shift)

    [hour] = ShiftHour.objects.all()
    assert (hour.net, hour.cost, hour.uncosted) == (D("91.74"), D(40), D("18.35"))
    assert hour.net - hour.uncosted - hour.cost == D("33.39")
    assert rows(ProductDay, "net", "cost", "uncosted") == [
        (D("18.35"), D(0), D("18.35")),
        (D("73.39"), D(40), D(0)),
    ]


@pytest.mark.parametrize("is_restocked", [True, False])
def test_a_refund_takes_net_and_cost_back_whether_or_not_it_is_restocked(is_restocked):
    """Edge case 11."""
    shift = shift_at()
    sale = make_sale(shift, products=[a_product(shift, "10.00", cost=D(4))])
    finalize(sale, shift)
    sold = Sale.objects.get(pk=sale.pk)
    make_refund(
        sold, shift=shift, lines=return_lines(sold, 1, is_restocked=is_restocked)
    )
    close(shift)

    [product] = ProductDay.objects.all()
    assert (product.quantity, product.refunded_quantity) == (1, 1)
    assert (product.gross, product.total, product.net, product.cost) == (10, 0, 0, 0)


def test_a_shift_of_refunds_alone_has_no_receipts():
    """Edge case 12."""
    shift = shift_at()
    sold = sell_products(shift, "10.00", tenders=[card(10)])
    close(shift)
    following = ShiftFactory(till=shift.till, opening_float=D(100))
    make_refund(sold, 1, shift=following)
    close(following)

    columns = ("receipts", "refund_receipts", "line_count", "gross", "total")
    assert rows(ShiftHour, *columns, shift=following) == [(0, 1, 0, D(0), D(-10))]


def test_a_correction_moves_money_between_kinds_and_changes_no_total():
    """Edge case 14."""
    shift = shift_at()
    sold = sell_products(shift, "30.00", tenders=[card(30)])
    correct_tender(
        uid=uuid7(),
        tender=sold.tenders.get(),
        kind="paynow",
        reference="PN-1",
        reason="Wrong button",
        actor=shift.cashier,
    )
    close(shift)

    columns = ("kind", "count", "taken", "corrected", "total")
    assert rows(ShiftTender, *columns) == [
        ("card", 1, D(30), D(-30), D(0)),
        ("paynow", 0, D(0), D(30), D(30)),
    ]
    assert reasons(shift) == {"correction": (1, D(30))}
    assert rows(ShiftHour, "total") == [(D(30),)]


def test_a_void_is_no_sale():
    """Edge case 15."""
    shift = shift_at()
    given_up = make_sale(shift, lines=4)
    void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier)
    close(shift)

    assert reasons(shift) == {"void": (1, D(40))}
    assert not ShiftHour.objects.exists()
    assert not ProductDay.objects.exists()


def test_a_void_between_two_shifts_is_in_the_next_one():
    shift = shift_at()
    given_up = make_sale(shift, lines=4)
    close(shift)
    void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier)
    following = ShiftFactory(till=shift.till)
    close(following)

    assert (reasons(shift), reasons(following)) == ({}, {"void": (1, D(40))})


def test_what_is_weighed_keeps_its_thousandths():
    """Edge case 16."""
    shift = shift_at()
    apples = a_product(shift, "10.00", unit="kg")
    pears = a_product(shift, "1.00")
    finalize(make_sale(shift, products=[apples], quantity=D("0.570")), shift)
    finalize(make_sale(shift, products=[pears], quantity=2), shift)
    close(shift)

    assert rows(ProductDay, "product__unit", "quantity") == [
        ("each", D(2)),
        ("kg", D("0.570")),
    ]


def test_a_product_that_is_renamed_is_one_row():
    """Edge case 17."""
    shift = shift_at()
    product = a_product(shift, "10.00")
    for name in ("before", "after"):
        product.name = name
        product.save(update_fields=["name"])
        finalize(make_sale(shift, products=[product]), shift)
    close(shift)

    assert rows(ProductDay, "product__name", "quantity") == [("after", D(2))]


def test_a_close_that_is_repeated_is_added_up_once():
    """Edge case 20."""
    shift = shift_at()
    sell_products(shift, "10.00", tenders=[card(10)])
    counted = expected_cash(shift)
    first = close(shift, counted=counted)
    before = rows(ProductDay, "quantity", "total")

    again = close(shift, counted=counted)
    with pytest.raises(ShiftClosedError):
        close(shift, counted=counted + 1)

    assert again == first
    assert rows(ShiftHour, "receipts") == [(1,)]
    assert rows(ProductDay, "quantity", "total") == before == [(D(1), D(10))]


def test_a_sale_of_many_lines_and_tenders_is_counted_once():
    """Edge case 21."""
    shift = shift_at()
    sale = make_sale(shift, lines=5)
    finalize(sale, shift, tenders=[card(20), paynow(20), cash(10)])
    close(shift)

    columns = ("receipts", "line_count", "gross", "total", "rounding")
    assert rows(ShiftHour, *columns) == [(1, 5, D(50), D(50), D(0))]
    assert rows(ShiftTax, "documents", "net") == [(1, D(50))]
    assert rows(ShiftTender, "kind", "count", "taken") == [
        ("card", 1, D(20)),
        ("cash", 1, D(10)),
        ("paynow", 1, D(20)),
    ]
    assert ProductDay.objects.count() == 5


def test_a_currency_without_decimals_has_none():
    """Edge case 23."""
    company = CompanyFactory(
        currency="JPY", currency_places=0, gst_number="", gst_registered_on=None
    )
    shift = shift_at("Asia/Tokyo", company=company)
    product = a_product(shift, "333", cost=D("100.5"))
    finalize(make_sale(shift, products=[product]), shift, tenders=[card(333)])
    close(shift)

    assert rows(ShiftHour, "total", "cost") == [(D(333), D(101))]


def test_a_sale_of_nothing_is_a_receipt():
    """Edge case 34."""
    shift = shift_at()
    product = a_product(shift, "8.00", cost=D(3))
    basket = Cashier(shift)
    basket.scan(product.sku)
    basket.do("discount_sale", percent="100", reason="Gift")
    finalize_sale(uid=basket.uid, tenders=[], actor=shift.cashier)
    close(shift)

    columns = ("receipts", "gross", "discounts", "total", "net", "cost")
    assert rows(ShiftHour, *columns) == [(1, D(8), D(8), D(0), D(0), D(3))]
    assert reasons(shift) == {"sale_discount": (1, D(8))}
