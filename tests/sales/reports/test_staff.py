"""Sales by cashier: what each sold, and how often each did what is no plain sale."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.catalogue.barcodes import check_digit
from pos.models import Company
from sales.basket.void import void_sale
from sales.models import Sale
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import find_receipts
from sales.reports.staff import report_staff
from tests.support.cashier import Cashier
from tests.support.factories import StaffMemberFactory, make_sale
from tests.support.questions import ask, cells, keys_of, make_owner, sell_at, totals
from tests.support.refunds import make_refund
from tests.support.shift_figures import a_product, close, finalize, shift_at

pytestmark = pytest.mark.django_db

D = Decimal
YEAR = ("2026-01-01", "2026-11-30")


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore")


def today(shift) -> str:
    return str(shift.till.outlet.business_date(datetime.now(UTC)))


@pytest.mark.parametrize("is_closed", [False, True])
def test_each_cashier_has_what_they_sold_and_did(shift, is_closed):
    day = today(shift)
    second = StaffMemberFactory(company=shift.company, name="Arjun")
    for cashier, prices in ((shift.cashier, ("10.00", "20.00")), (second, ("5.00",))):
        sale = make_sale(shift, products=[a_product(shift, price) for price in prices])
        finalize(sale, shift, actor=cashier)
    sold = Sale.objects.get(pk=sale.pk)
    make_refund(sold, 1, shift=shift, actor=second)
    given_up = make_sale(shift, lines=2)
    void_sale(uid=given_up.uid, reason="Left", actor=second)
    if is_closed:
        close(shift)

    report = report_staff(ask(shift.company, day))

    name = shift.cashier.name
    keys = ("cashier", "receipts", "total", "basket", "lines")
    assert cells(report, *keys) == [(name, 1, 30, 30, 2), ("Arjun", 1, 0, 5, 1)]
    assert cells(report, "refund_count", "refund_rate", "void_count", "void_rate") == [
        (0, 0, 0, 0),
        (1, 100, 1, 100),
    ]
    assert totals(report, "receipts", "total", "void_count", "void_rate") == (
        *(2, 30, 1, 50),
    )


def test_discounts_of_lines_and_of_sales_are_counted_together(shift):
    product = a_product(shift, "10.00")
    basket = Cashier(shift)
    basket.scan(product.sku)
    line = basket.lines[0]
    basket.do("discount_line", line=str(line.uid), percent="10", reason="Friend")
    basket.do("discount_sale", percent="10", reason="Friend")
    finalize(basket.sale, shift)

    report = report_staff(ask(shift.company, today(shift)))

    assert cells(report, "discount_count", "discount_rate") == [(2, 200)]


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_price_on_a_label_is_no_discount_of_the_cashier(shift, is_closed):
    """A gram of it is worth more than the cent that its label says."""
    day = today(shift)
    Company.objects.update(label_value="price")
    shift.till.company.refresh_from_db()
    a_product(shift, "24.90", unit="kg", sku="42")
    pear = a_product(shift, "10.00")
    basket = Cashier(shift)
    digits = "210004200001"
    assert basket.scan(f"{digits}{check_digit(digits)}").ok
    assert basket.scan(pear.sku).ok
    pears = str(basket.lines[1].uid)
    basket.do("discount_line", line=pears, amount="1", reason="Price on the label")
    finalize(basket.sale, shift)
    if is_closed:
        close(shift)

    report = report_staff(ask(shift.company, day))

    assert cells(report, "discount_count", "discount_rate") == [(1, 100)]
    for what, amount in (("line_discount", D(1)), ("label_price", D("0.01"))):
        asked = {"what": what, "reason": "Price on the label"}
        found = find_receipts(
            ask(shift.company, day, person=make_owner(shift.company)),
            read_filter(
                asked, company=shift.company, sees_margin=True, sees_staff=True
            ),
        )
        assert (found.reported, found.summed, found.count) == (amount, amount, 1)
    of_day = find_receipts(
        ask(shift.company, day, person=make_owner(shift.company)),
        read_filter(
            {"figure": "discounts"},
            company=shift.company,
            sees_margin=True,
            sees_staff=True,
        ),
    )
    assert (of_day.reported, of_day.summed) == (D("1.01"), D("1.01"))


def test_who_only_gave_up_a_basket_is_there_without_a_rate(shift):
    supervisor = StaffMemberFactory(company=shift.company, name="Hafiz")
    given_up = make_sale(shift)
    void_sale(uid=given_up.uid, reason="Left", actor=supervisor)

    report = report_staff(ask(shift.company, today(shift)))

    keys = ("cashier", "receipts", "basket", "void_count", "void_rate")
    assert cells(report, *keys) == [("Hafiz", 0, None, 1, None)]
    [row] = report.tables[0].rows
    assert row.links["void_count"]["what"] == "void"
    assert row.links["void_count"]["cashier"] == str(supervisor.uid)
    assert "discount_count" not in row.links  # two kinds of acts


def test_the_median_is_of_sales_that_were_never_parked(shift):
    """A basket of 20 and one of 40 seconds; one of an hour was set aside."""
    product = a_product(shift, "10.00")
    at = datetime(2026, 3, 5, 4, tzinfo=UTC)
    for seconds in (20, 40):
        sale = make_sale(shift, products=[product], at=at)
        finalize(sale, shift, at=at.replace(minute=seconds // 60, second=seconds))
    parked = make_sale(shift, products=[product], at=at)
    basket = Cashier(shift, uid=parked.uid)
    basket.do("park", label="")
    basket.do("recall")
    finalize(parked, shift, at=at.replace(hour=5))

    report = report_staff(ask(shift.company, "2026-03-05"))

    assert cells(report, "receipts", "median") == [(3, 30)]
    assert totals(report, "median") == (30,)


def test_how_long_a_sale_takes_is_read_for_a_month_at_most(shift):
    sell_at(shift, "10.00", "2026-03-05T04:00Z")

    month = report_staff(ask(shift.company, "2026-03-01", "2026-03-31"))
    longer = report_staff(ask(shift.company, "2026-03-01", "2026-04-01"))

    assert "median" in keys_of(month)
    assert "median" not in keys_of(longer)
    assert any("31 days" in note for note in longer.notes)


def test_the_chart_is_of_the_column_that_is_shown(shift):
    sell_at(shift, "10.00", "2026-03-05T04:00Z")

    def series(show: str):
        chart = report_staff(ask(shift.company, "2026-03-05", show=show)).chart
        assert chart is not None
        return [*chart.series]

    assert series("") == series("nonsense") == series("cashier") == ["total"]
    assert series("void_rate") == ["void_rate"]


def test_a_cashier_who_sold_before_only_is_there_when_compared(shift):
    sell_at(shift, "10.00", "2026-03-04T04:00Z")

    report = report_staff(ask(shift.company, "2026-03-05", compare="before"))

    assert cells(report, "total", "total_before", "total_change") == [(0, 10, -100)]
