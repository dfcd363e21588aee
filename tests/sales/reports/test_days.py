"""Sales by day: none left out, the words of the Z report, and what was before."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.refunds.exchange import exchange_sale
from sales.reports.days import report_days
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
)
from tests.support.questions import (
    ask,
    cells,
    keys_of,
    make_owner,
    sell_at,
    totals,
    trade_over,
)
from tests.support.refunds import make_refund, return_lines, sell_products
from tests.support.shift_figures import (
    a_product,
    close,
    finalize,
    shift_at,
    taxed_shift,
)
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db

D = Decimal
closed_or_open = pytest.mark.parametrize("is_closed", [False, True])


def test_days_without_sales_are_there_and_the_newest_is_first():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-02T04:00Z")
    sell_at(shift, "6.00", "2026-03-04T04:00Z")

    report = report_days(ask(shift.company, "2026-03-02", "2026-03-04"))

    assert cells(report, "since", "receipts", "total", "basket") == [
        (date(2026, 3, 4), 1, 6, 6),
        (date(2026, 3, 3), 0, 0, None),
        (date(2026, 3, 2), 1, 10, 10),
    ]
    assert totals(report, "receipts", "total", "basket") == (2, 16, 8)
    assert report.has_tie
    assert report.chart is not None
    assert report.chart.is_reversed
    assert report.chart.gist.startswith("Sales by day; highest Mon 2 Mar")
    assert report.chart.gist.endswith(" with 10.00.")


def test_a_period_in_which_nothing_was_sold_is_empty():
    report = report_days(ask(shift_at().company, "2026-03-02", "2026-03-04"))

    assert report.is_empty
    assert report.chart is None


@closed_or_open
def test_a_shift_over_midnight_is_of_two_days(is_closed):
    """Edge case 1."""
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "5.00", "2026-03-31T15:59:59.999Z")
    sell_at(shift, "10.00", "2026-03-31T16:00:00Z")
    if is_closed:
        close(shift)

    report = report_days(ask(shift.company, "2026-01-01", "2026-04-01", step="month"))
    [april, march, *_rest] = cells(report, "since", "until", "total")

    assert april == (date(2026, 4, 1), date(2026, 4, 1), 10)
    assert march == (date(2026, 3, 1), date(2026, 3, 31), 5)
    quarter = report_days(ask(shift.company, "2026-01-01", "2026-03-31"))
    assert totals(quarter, "total") == (5,)


def test_each_outlet_has_its_own_date():
    """Edge case 2."""
    singapore = shift_at("Asia/Singapore")
    london = shift_at("Europe/London", company=singapore.company)
    for shift in (singapore, london):
        sell_at(shift, "10.00", "2026-03-28T17:30Z")

    report = report_days(ask(singapore.company, "2026-03-28", "2026-03-29"))

    assert cells(report, "since", "receipts") == [
        (date(2026, 3, 29), 1),
        (date(2026, 3, 28), 1),
    ]


def test_a_refund_is_on_its_own_date_and_its_sale_stays_as_it_was():
    """Edge case 4."""
    shift = taxed_shift()
    sold = sell_at(shift, "10.90", "2026-03-05T04:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 6, 4, tzinfo=UTC))

    report = report_days(ask(shift.company, "2026-03-05", "2026-03-06"))

    assert cells(report, "receipts", "gross", "refunds", "total", "tax") == [
        (0, 0, D("-10.90"), D("-10.90"), D("-0.90")),
        (1, D("10.90"), 0, D("10.90"), D("0.90")),
    ]
    assert totals(report, "total", "tax") == (0, 0)


def test_an_exchange_is_a_refund_and_a_sale():
    """Edge case 5."""
    shift = shift_at("Asia/Singapore")
    sold = sell_at(shift, "20.00", "2026-03-05T04:00Z")
    bought = make_sale(shift, products=[a_product(shift, "25.00")])
    exchange_sale(
        refund_uid=uuid7(),
        original=sold.uid,
        lines=return_lines(sold, 1),
        sale_uid=bought.uid,
        tenders=[cash(5)],
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
        at=datetime(2026, 3, 6, 4, tzinfo=UTC),
    )

    report = report_days(ask(shift.company, "2026-03-06"))

    assert cells(report, "gross", "refunds", "total") == [(25, -20, 5)]


@pytest.mark.parametrize(
    ("rounding", "tax"), [("rate_group", "0.97"), ("line", "0.96")]
)
def test_tax_is_as_it_was_stored(rounding, tax):
    """Edge case 7."""
    shift = taxed_shift(tax_rounding=rounding)
    sale = sell_products(shift, "3.30", "2.20", "4.95", "1.25", tenders=[card("11.70")])

    report = report_days(ask(shift.company, sale.business_date.isoformat()))

    assert totals(report, "tax") == (D(tax),)


def test_margin_leaves_out_what_has_no_known_cost():
    """Edge case 10."""
    shift = taxed_shift()
    known = a_product(shift, "80.00", cost=D("40.00"))
    unknown = a_product(shift, "20.00", cost=None)
    sale = make_sale(shift, products=[known, unknown])
    finalize(sale, shift, at=datetime(2026, 3, 5, 4, tzinfo=UTC))
    owner = make_owner(shift.company)

    report = report_days(ask(shift.company, "2026-03-05", person=owner))

    assert cells(report, "margin", "uncosted") == [(D("33.39"), D("18.35"))]
    shown = keys_of(report_days(ask(shift.company, "2026-03-05")))
    assert not {"margin", "uncosted", "cost"} & {*shown}


def test_what_has_no_cost_at_all_has_no_margin():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z", cost=None)

    question = ask(shift.company, "2026-03-05", person=make_owner(shift.company))

    assert cells(report_days(question), "margin", "uncosted") == [(None, 10)]


def test_a_day_of_refunds_alone_has_no_basket_and_is_below_zero():
    """Edge case 12."""
    shift = shift_at("Asia/Singapore")
    sold = sell_at(shift, "10.00", "2026-03-05T04:00Z")
    make_refund(sold, 1, shift=shift, at=datetime(2026, 3, 6, 4, tzinfo=UTC))

    question = ask(shift.company, "2026-03-06", compare="none")

    assert cells(report_days(question), "receipts", "basket", "total") == [
        (0, None, -10)
    ]


def test_weeks_and_months_are_cut_at_the_ends_of_the_period():
    shift = shift_at("Asia/Singapore")
    trade_over(shift, "2026-01-14", "2026-01-18", "2026-01-19", "2026-02-28")

    weeks = report_days(ask(shift.company, "2026-01-14", "2026-01-20", step="week"))
    months = report_days(ask(shift.company, "2026-01-15", "2026-02-28", step="month"))

    assert cells(weeks, "since", "until", "total") == [
        (date(2026, 1, 19), date(2026, 1, 20), 10),
        (date(2026, 1, 14), date(2026, 1, 18), 20),
    ]
    assert cells(months, "since", "until", "total") == [
        (date(2026, 2, 1), date(2026, 2, 28), 10),
        (date(2026, 1, 15), date(2026, 1, 31), 20),
    ]
    links = months.tables[0].rows[1].links["total"]
    assert links == {"from": "2026-01-15", "to": "2026-01-31", "figure": "total"}


def test_a_long_period_has_a_row_a_month():
    shift = shift_at("Asia/Singapore")
    trade_over(shift, "2026-01-14")

    report = report_days(ask(shift.company, "2022-01-01", "2026-03-01"))

    assert len(report.tables[0].rows) == 3
    assert report.notes == [
        "The period is long, so a row is a month.",
        "Before the first row nothing was sold.",
    ]


def test_a_void_is_no_sale():
    """Edge case 15."""
    shift = shift_at("Asia/Singapore")
    given_up = make_sale(shift, lines=4)
    void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier)

    assert report_days(ask(shift.company, "2026-01-01", "2026-11-30")).is_empty


def test_a_sale_of_many_lines_and_tenders_is_counted_once():
    """Edge case 21."""
    shift = shift_at("Asia/Singapore")
    sale = make_sale(shift, lines=5)
    at = datetime(2026, 3, 5, 4, tzinfo=UTC)
    finalize(sale, shift, tenders=[card(20), paynow(20), cash(10)], at=at)

    report = report_days(ask(shift.company, "2026-03-05"))

    assert totals(report, "receipts", "gross", "total", "basket") == (1, 50, 50, 50)


def test_a_currency_without_decimals_has_none():
    """Edge case 23: a mean is rounded to what there is."""
    company = CompanyFactory(
        currency="JPY", currency_places=0, gst_number="", gst_registered_on=None
    )
    shift = shift_at("Asia/Tokyo", company=company)
    for price in ("333", "334"):
        sell_at(shift, price, "2026-03-05T04:00Z")

    report = report_days(ask(company, "2026-03-05"))

    assert totals(report, "total", "basket") == (667, 334)
    assert report.chart is not None
    assert report.chart.gist.endswith("with 667.")


def test_prices_without_tax_have_the_gross_of_the_z_report():
    """Edge case 24: the total is with tax, and so is the gross."""
    shift = taxed_shift(prices_include_tax=False)
    product = a_product(shift, "10.00")
    basket = Cashier(shift)
    basket.scan(product.sku)
    basket.do("discount_sale", percent="10", reason="Friend")
    finalize(basket.sale, shift, at=datetime(2026, 3, 5, 4, tzinfo=UTC))

    found = report_days(ask(shift.company, "2026-01-01", "2026-11-30", step="month"))
    gross, discounts, total = totals(found, "gross", "discounts", "total")
    on_paper = close(shift).z_report.figures

    assert (gross, discounts, total) == (D("10.90"), D("1.09"), D("9.81"))
    assert (gross, discounts, total) == (
        D(on_paper["gross"]),
        D(on_paper["discounts"]),
        D(on_paper["total"]),
    )


def test_a_sale_of_nothing_is_a_receipt():
    """Edge case 34."""
    shift = shift_at("Asia/Singapore")
    product = a_product(shift, "8.00", cost=D(3))
    basket = Cashier(shift)
    basket.scan(product.sku)
    basket.do("discount_sale", percent="100", reason="Gift")
    finalize_sale(uid=basket.uid, tenders=[], actor=shift.cashier)
    day = basket.sale.business_date.isoformat()

    question = ask(shift.company, day, person=make_owner(shift.company))

    keys = ("receipts", "total", "discounts", "basket", "margin", "uncosted")
    assert cells(report_days(question), *keys) == [(1, 0, 8, 0, -3, 0)]


def test_no_word_of_tax_where_the_company_is_not_registered():
    shift = shift_at("Asia/Singapore")
    trade_over(shift, "2026-03-05")
    taxed = taxed_shift(tax_name="VAT")
    trade_over(taxed, "2026-03-05")

    plain = report_days(ask(shift.company, "2026-03-05")).tables[0]
    with_tax = report_days(ask(taxed.company, "2026-03-05")).tables[0]

    assert "tax" not in [column.key for column in plain.columns]
    assert "tax" not in plain.rows[0].cells
    assert [column.label for column in with_tax.columns if column.key == "tax"] == [
        "VAT"
    ]


def test_a_cell_opens_the_receipts_of_its_row_at_the_outlet_chosen():
    company = CompanyFactory(gst_number="", gst_registered_on=None)
    outlets = [OutletFactory(company=company, code=code) for code in ("A", "B")]
    shift = ShiftFactory(
        till=TillFactory(outlet=outlets[0]),
        business_date=date(2026, 1, 1),
        opened_at=datetime(2026, 1, 1, 6, tzinfo=UTC),
    )
    trade_over(shift, "2026-03-05")

    report = report_days(ask(company, "2026-03-05", outlet="A"))
    table = report.tables[0]

    assert table.rows[0].links["refunds"] == {
        "from": "2026-03-05",
        "to": "2026-03-05",
        "outlet": "A",
        "figure": "refunds",
    }
    assert "basket" not in table.rows[0].links
    assert table.totals is not None
    assert table.totals.links["total"]["outlet"] == "A"


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("total", 3),
        ("-total", 5),
        ("since", 3),
        ("nonsense", 5),
        ("-nonsense; DROP", 5),
        ("", 5),
    ],
)
def test_rows_are_sorted_as_the_address_asks(sort, first):
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "3.00", "2026-03-05T04:00Z")
    sell_at(shift, "5.00", "2026-03-06T04:00Z")

    report = report_days(ask(shift.company, "2026-03-05", "2026-03-06", sort=sort))

    assert cells(report, "total")[0] == (first,)
