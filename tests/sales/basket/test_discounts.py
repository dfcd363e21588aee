"""Arithmetic of discounts and redeemed points; pure."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.money import TaxRounding
from sales.pricing.totals import Charge, Discount, Points, SaleTotals, price_sale

LINE, RATE_GROUP = TaxRounding
RATES = (
    ("SR", Decimal("0.09")),
    ("SR", Decimal("0.08")),
    ("ZR", Decimal(0)),
    ("ES33", Decimal(0)),
    ("OS", Decimal(0)),
)


def charge(price: str, *, rate: str = "0.09", code: str = "SR", **discount: str):
    own = Discount(**{name: Decimal(value) for name, value in discount.items()})
    return Charge(Decimal(price), Decimal(1), code, Decimal(rate), own)


def priced(charges, *, discount=None, points=None, **rules) -> SaleTotals:
    rules = {
        "prices_include_tax": True,
        "tax_rounding": RATE_GROUP,
        "places": 2,
    } | rules
    return price_sale(
        charges, discount=discount or Discount(), points=points or Points(), **rules
    )


@st.composite
def sales(draw):
    """Charges with discounts, and the sale's own discount, points and rules."""
    places = draw(st.sampled_from((0, 2, 3)))
    # Small amounts, so that discounts meet their ends and remainders tie.
    amounts = st.integers(0, 2_000).map(lambda n: Decimal(n).scaleb(-places))
    fractions = st.integers(0, 100_000).map(lambda n: Decimal(n).scaleb(-5))
    discounts = st.builds(
        Discount,
        st.one_of(st.just(Decimal(0)), fractions),
        st.one_of(st.just(Decimal(0)), amounts),
    )
    quantities = st.one_of(
        st.integers(1, 5).map(Decimal),
        st.integers(1, 9_999).map(lambda n: Decimal(n).scaleb(-3)),
    )
    charges = st.builds(
        lambda price, quantity, rate, own: Charge(price, quantity, *rate, own),
        amounts,
        quantities,
        st.sampled_from(RATES),
        discounts,
    )
    values = st.integers(1, 100).map(lambda n: Decimal(n).scaleb(-places))
    return draw(st.lists(charges, max_size=8)), {
        "discount": draw(discounts),
        "points": draw(st.builds(Points, st.integers(0, 500), values)),
        "prices_include_tax": draw(st.booleans()),
        "tax_rounding": draw(st.sampled_from(TaxRounding)),
        "places": places,
    }


def nothing_falls_below_zero(charges, rules, totals):
    assert totals.total >= totals.net >= 0
    for line in totals.lines:
        assert line.total >= line.net >= 0
        assert 0 <= line.line_discount <= line.list_amount
        assert line.sale_discount >= 0
        assert line.points_discount >= 0


def what_is_listed_less_the_discounts_is_what_is_asked(charges, rules, totals):
    unit = Decimal(1).scaleb(-rules["places"])

    for line in totals.lines:
        asked = line.total if rules["prices_include_tax"] else line.net
        parts = (line.line_discount, line.sale_discount, line.points_discount)
        assert line.list_amount - sum(parts) == asked
        assert all(part % unit == 0 for part in (line.list_amount, *parts))


def the_shares_add_up_to_what_the_sale_takes_off(charges, rules, totals):
    places, own = rules["places"], rules["discount"]

    left = sum(line.list_amount - line.line_discount for line in totals.lines)
    percent = half_up(Fraction(left) * Fraction(own.rate), places)
    off = percent + min(own.amount, left - percent)
    assert sum(line.sale_discount for line in totals.lines) == off
    points, value = rules["points"].count, rules["points"].value
    assert totals.points == min(points, int((left - off) // value))
    paid = sum(line.points_discount for line in totals.lines)
    assert paid == totals.points * value


def each_share_is_within_a_unit_of_its_part(charges, rules, totals):
    unit = Fraction(1, 10 ** rules["places"])

    left = [Fraction(x.list_amount - x.line_discount) for x in totals.lines]
    whole = Fraction(sum(line.sale_discount for line in totals.lines))
    for line, amount in zip(totals.lines, left, strict=True):
        if amount:
            part = whole * amount / sum(left)
            assert abs(Fraction(line.sale_discount) - part) < unit
        else:
            assert not line.sale_discount


def each_line_is_its_percent_and_then_its_amount(charges, rules, totals):
    for line, asked in zip(totals.lines, charges, strict=True):
        own, listed = asked.discount, line.list_amount
        percent = half_up(Fraction(listed) * Fraction(own.rate), rules["places"])
        assert line.line_discount == min(percent + own.amount, listed)


# Each is true of every sale; a sale takes long to make up.
LAWS = (
    nothing_falls_below_zero,
    what_is_listed_less_the_discounts_is_what_is_asked,
    the_shares_add_up_to_what_the_sale_takes_off,
    each_share_is_within_a_unit_of_its_part,
    each_line_is_its_percent_and_then_its_amount,
)


class TestLaws:
    @given(sales())
    def test_hold(self, sale):
        charges, rules = sale

        totals = priced(charges, **rules)

        for law in LAWS:
            law(charges, rules, totals)

    @given(sales(), st.randoms(use_true_random=False))
    def test_the_order_of_the_lines_does_not_matter(self, sale, random):
        charges, rules = sale
        shuffled = random.sample(charges, len(charges))

        one, other = priced(charges, **rules), priced(shuffled, **rules)

        assert (one.total, one.net, one.points) == (
            other.total,
            other.net,
            other.points,
        )
        assert one.rates == other.rates

    @given(sales())
    def test_without_any_discount_nothing_is_taken_off(self, sale):
        charges, rules = sale
        plain = [replace(asked, discount=Discount()) for asked in charges]
        rules |= {"discount": Discount(), "points": Points()}

        for line in priced(plain, **rules).lines:
            parts = (line.line_discount, line.sale_discount, line.points_discount)
            assert parts == (0, 0, 0)


def half_up(amount: Fraction, places: int) -> Decimal:
    whole = int(amount * 10**places + Fraction(1, 2))
    return Decimal(whole).scaleb(-places)


class TestExamples:
    def test_ten_off_three_equal_lines(self):
        totals = priced([charge("20.00")] * 3, discount=Discount(amount=Decimal(10)))

        shares = [str(line.sale_discount) for line in totals.lines]
        assert shares == ["3.34", "3.33", "3.33"]
        assert totals.total == 50

    def test_a_discount_over_several_rates_lowers_tax_by_the_rated_share_only(self):
        charges = [
            charge("54.50"),
            charge("27.25", code="ZR", rate="0"),
            charge("27.25", code="ES33", rate="0"),
        ]

        totals = priced(charges, discount=Discount(rate=Decimal("0.10")))

        assert [line.sale_discount for line in totals.lines] == [
            Decimal("5.45"),
            # 2.725 twice: of equal amounts, the code first in the alphabet.
            Decimal("2.72"),
            Decimal("2.73"),
        ]
        # Half of it was rated: 4.50 of tax is 4.05, and the rest has none.
        assert totals.tax == Decimal("4.05")

    @pytest.mark.parametrize("basis", TaxRounding)
    def test_a_discount_larger_than_everything_takes_everything(self, basis):
        charges = [charge("3.00", amount="5.00"), charge("4.00")]

        totals = priced(charges, discount=Discount(amount=Decimal(100)))
        with_tax_on_top = priced(
            charges,
            discount=Discount(amount=Decimal(100)),
            prices_include_tax=False,
            tax_rounding=basis,
        )

        assert [line.line_discount for line in totals.lines] == [3, 0]
        assert [line.sale_discount for line in totals.lines] == [0, 4]
        assert (totals.total, totals.tax) == (0, 0)
        assert (with_tax_on_top.total, with_tax_on_top.tax) == (0, 0)

    def test_percent_comes_before_amount_and_line_before_sale(self):
        charges = [charge("10.00", rate="0.09") for _ in range(2)]
        charges[0] = replace(charges[0], discount=Discount(Decimal("0.1"), Decimal(1)))

        totals = priced(charges, discount=Discount(Decimal("0.5"), Decimal("2.00")))

        # 10.00 less 1.00 less 1.00; then half of 18.00, and 2.00 more.
        assert totals.lines[0].line_discount == 2
        assert sum(line.sale_discount for line in totals.lines) == 11
        assert totals.total == 7

    @pytest.mark.parametrize(
        ("price", "rate", "off"),
        [
            ("1.25", "0.1", "0.13"),  # 0.125 and 2.675, half up and not to even
            ("26.75", "0.1", "2.68"),
            ("0.99", "0.33333", "0.33"),
            ("0.01", "0.5", "0.01"),
            ("7.77", "1", "7.77"),
        ],
    )
    def test_a_percent_is_rounded_half_up(self, price, rate, off):
        totals = priced([replace(charge(price), discount=Discount(rate=Decimal(rate)))])

        assert str(totals.lines[0].line_discount) == off

    def test_points_come_last_and_only_as_many_as_there_is_room_for(self):
        totals = priced(
            [charge("5.00")],
            discount=Discount(rate=Decimal("0.2")),
            points=Points(100, Decimal("0.30")),
        )

        # 4.00 has room for 13 points of 0.30.
        assert (totals.points, totals.total) == (13, Decimal("0.10"))
        assert totals.lines[0].points_discount == Decimal("3.90")

    def test_points_lower_the_tax(self):
        totals = priced([charge("109.00")], points=Points(545, Decimal("0.10")))

        assert (totals.total, totals.tax) == (Decimal("54.50"), Decimal("4.50"))

    def test_points_that_are_worth_nothing_are_not_used(self):
        totals = priced([charge("5.00")], points=Points(100, Decimal(0)))

        assert (totals.points, totals.total) == (0, 5)
