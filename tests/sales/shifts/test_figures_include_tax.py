"""Figures include tax: every figure of a shift is with tax, whatever the prices are."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customers.models import LoyaltyProgramme
from pos.core.money import TaxRounding
from pos.models import TaxRate
from sales.checkout.finalize import finalize_sale
from sales.management.shift_text import format_x_report
from sales.pricing.sale_totals import charge_of
from sales.pricing.totals import Charge, Discount, Points, price_sale
from sales.shifts.close import close_shift
from sales.shifts.figures import from_json
from sales.shifts.summary import sum_shift
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    ProductFactory,
    ShiftFactory,
)
from tests.support.refunds import adjust_balance, make_refund
from tests.support.tenders import card

pytestmark = pytest.mark.django_db

CENTS = st.integers(0, 500).map(lambda cents: Decimal(cents) / 100)
DISCOUNTS = st.tuples(st.integers(0, 60), CENTS)
NOTHING_OFF = (0, Decimal(0))
# Price in cents, tax code, and what is taken off the line.
LINES = st.tuples(
    st.integers(0, 99_99),
    st.sampled_from(("SR", "DS", "ZR")),
    st.just(NOTHING_OFF) | DISCOUNTS,
)
SALES = st.tuples(
    st.lists(LINES, min_size=1, max_size=3),
    st.just(NOTHING_OFF) | DISCOUNTS,
    st.integers(0, 40),
    st.booleans(),
)


@pytest.mark.parametrize(
    "prices_include_tax", [True, pytest.param(False, marks=pytest.mark.exhaustive)]
)
@given(
    tax_rounding=st.sampled_from(TaxRounding),
    sales=st.lists(SALES, min_size=1, max_size=2),
)
@example(
    tax_rounding=TaxRounding.LINE,
    sales=[([(100_00, "DS", NOTHING_OFF)], (10, Decimal(0)), 0, False)],
)
@settings(
    max_examples=min(settings.default.max_examples // 8, 40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_figure_is_with_tax(prices_include_tax, tax_rounding, sales):
    shift = a_shift(prices_include_tax, tax_rounding)
    sold = [sell(shift, *sale) for sale in sales]

    figures = sum_shift(shift)

    asked, discounted = (
        sum(total_of(sale, is_discounted) for sale in sold)
        for is_discounted in (False, True)
    )
    assert figures.gross == asked
    assert figures.discounts == asked - discounted
    assert figures.points_value == discounted - sum(sale.total for sale in sold)
    refunds = sum(refund.total for sale in sold for refund in sale.refunds.all())
    assert figures.refunds == refunds
    assert figures.total == figures.net + figures.tax == figures.tendered
    assert figures.total == sum(rate.net + rate.tax for rate in figures.taxes)
    assert rows_of(shift, figures)["Net sales"] == figures.total
    close_shift(uid=shift.uid, counted_cash=shift.opening_float, actor=shift.cashier)
    again = from_json(shift.z_report.figures)
    assert (again.gross, again.discounts, again.points_value, again.total) == (
        figures.gross,
        figures.discounts,
        figures.points_value,
        figures.total,
    )


def test_ten_percent_off_a_hundred_and_tax_is_eleven():
    shift = a_shift(False, TaxRounding.RATE_GROUP)
    sell(shift, [(100_00, "DS", NOTHING_OFF)], (10, Decimal(0)), 0, False)

    figures = sum_shift(shift)

    assert (figures.gross, figures.discounts, figures.total) == (110, 11, 99)
    assert rows_of(shift, figures)["Sales including GST, 1"] == 110


def a_shift(prices_include_tax, tax_rounding):
    """With a programme whose points are worth 0.10, and a second rate of 10 %."""
    company = CompanyFactory(
        prices_include_tax=prices_include_tax, tax_rounding=tax_rounding
    )
    TaxRate.objects.create(
        company=company, tax_code="DS", rate=Decimal("0.10"), valid_from="2007-07-01"
    )
    LoyaltyProgramme.objects.create(company=company, redeem_min=1)
    return ShiftFactory(till__outlet__company=company)


def sell(shift, lines, discount, points, is_returned):
    """Sell lines with their discounts, and take the first one back."""
    customer = CustomerFactory(company=shift.company)
    adjust_balance(customer, 40, shift.cashier)
    cashier = Cashier(shift)
    cashier.do("attach_customer", customer=str(customer.uid))
    for cents, tax_code, off in lines:
        product = ProductFactory(
            company=shift.company,
            price=Decimal(cents) / 100,
            tax_code=tax_code,
            is_tracked=False,
        )
        cashier.scan(product.sku)
        give(cashier, "discount_line", off, line=str(cashier.lines[-1].uid))
    give(cashier, "discount_sale", discount)
    if points:
        cashier.do("redeem_points", points=points)
    total = cashier.sale.total
    sale = finalize_sale(
        uid=cashier.uid, tenders=[card(total)] if total else [], actor=shift.cashier
    )
    if is_returned:
        make_refund(sale, 1, shift=shift)
    return cashier.sale


def give(cashier, kind, off, **of):
    percent, amount = off
    if percent or amount:
        cashier.do(kind, percent=str(percent), amount=str(amount), reason="Dent", **of)


def total_of(sale, is_discounted):
    """The sale as it would be without anything, or without points, taken off."""
    charges = [charge_of(line) for line in sale.lines.active().order_by("position")]
    if not is_discounted:
        charges = [
            Charge(c.unit_price, c.quantity, c.tax_code, c.tax_rate) for c in charges
        ]
    return price_sale(
        charges,
        prices_include_tax=sale.prices_include_tax,
        tax_rounding=sale.tax_rounding,
        places=2,
        discount=Discount(sale.discount_rate, sale.discount_amount)
        if is_discounted
        else Discount(),
        points=Points(),
    ).total


def rows_of(shift, figures):
    """The printed text, by label."""
    text = format_x_report(shift, shift.till, figures)
    rows = [line.rsplit(maxsplit=1) for line in text.splitlines() if line[:1].strip()]
    shown = {}
    for label, value in (row for row in rows if len(row) == 2):
        number = value.replace(",", "").replace("\N{MINUS SIGN}", "-")
        if number.replace(".", "").lstrip("-").isdigit():
            shown.setdefault(label.strip(), Decimal(number))
    return shown
