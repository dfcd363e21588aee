from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.money import TaxRounding
from sales.pricing.totals import Charge, price_sale

LINE, RATE_GROUP = TaxRounding
RATES = (
    ("SR", Decimal("0.09")),
    ("SR", Decimal("0.08")),
    ("SR", Decimal("0.07000")),
    ("ZR", Decimal(0)),
    ("ES33", Decimal(0)),
    ("OS", Decimal(0)),
    ("DS", Decimal("0.99999")),
)


def charge(price: str, quantity: str = "1", code: str = "SR", rate: str = "0.09"):
    return Charge(Decimal(price), Decimal(quantity), code, Decimal(rate))


def priced(charges, *, inclusive=True, basis=RATE_GROUP, places=2):
    return price_sale(
        charges, prices_include_tax=inclusive, tax_rounding=basis, places=places
    )


@st.composite
def sales(draw):
    """Charges of a sale, and the rules by which it is priced."""
    places = draw(st.sampled_from((0, 2, 3)))
    prices = st.integers(0, 10_000_000).map(lambda n: Decimal(n).scaleb(-places))
    quantities = st.one_of(
        st.integers(1, 40).map(Decimal),
        st.integers(1, 99_999_999).map(lambda n: Decimal(n).scaleb(-3)),
    )
    charges = st.builds(
        lambda price, quantity, rate: Charge(price, quantity, *rate),
        prices,
        quantities,
        st.sampled_from(RATES),
    )
    rules = {
        "inclusive": draw(st.booleans()),
        "basis": draw(st.sampled_from(TaxRounding)),
        "places": places,
    }
    return draw(st.lists(charges, max_size=12)), rules


def rounded(amount: Fraction, places: int) -> Decimal:
    """Half away from zero, worked out without the code under test."""
    units = abs(amount) * 10**places + Fraction(1, 2)
    whole = Decimal(units.numerator // units.denominator)
    return (whole if amount >= 0 else -whole).scaleb(-places)


class TestLaws:
    @given(sales())
    def test_lines_rates_and_receipt_add_up_to_the_minor_unit(self, sale):
        charges, rules = sale
        unit = Decimal(1).scaleb(-rules["places"])

        totals = priced(charges, **rules)

        assert len(totals.lines) == len(charges)
        for part in (totals, *totals.lines, *totals.rates):
            assert part.net + part.tax == part.total
            assert part.total % unit == part.net % unit == 0
            assert part.tax >= 0
        for parts in (totals.lines, totals.rates):
            assert sum(part.total for part in parts) == totals.total
            assert sum(part.net for part in parts) == totals.net
        for rate in totals.rates:
            lines = [
                line
                for line, charged in zip(totals.lines, charges, strict=True)
                if (charged.tax_code, charged.tax_rate)
                == (rate.tax_code, rate.tax_rate)
            ]
            assert sum(line.total for line in lines) == rate.total
            assert sum(line.tax for line in lines) == rate.tax

    @given(sales(), st.randoms(use_true_random=False))
    def test_the_order_of_the_lines_does_not_matter(self, sale, random):
        charges, rules = sale
        shuffled = random.sample(charges, len(charges))

        one, other = priced(charges, **rules), priced(shuffled, **rules)

        assert (one.total, one.net) == (other.total, other.net)
        assert one.rates == other.rates

    @given(sales())
    def test_what_is_taken_back_mirrors_what_was_sold(self, sale):
        charges, rules = sale
        back = [
            Charge(c.unit_price, -c.quantity, c.tax_code, c.tax_rate) for c in charges
        ]

        sold, returned = priced(charges, **rules), priced(back, **rules)

        assert [(-line.total, -line.net) for line in returned.lines] == [
            (line.total, line.net) for line in sold.lines
        ]
        assert (-returned.total, -returned.net) == (sold.total, sold.net)

    @given(sales())
    def test_tax_is_rounded_once_from_the_exact_figure(self, sale):
        charges, rules = sale
        places = rules["places"]

        def exact(amount: Decimal, rate: Decimal) -> Decimal:
            part = Fraction(rate)
            if rules["inclusive"]:
                part /= 1 + part
            return rounded(Fraction(amount) * part, places)

        totals = priced(charges, **rules)

        for line, charged in zip(totals.lines, charges, strict=True):
            amount = line.total if rules["inclusive"] else line.net
            asked = Fraction(charged.unit_price) * Fraction(charged.quantity)
            assert amount == rounded(asked, places)
            difference = abs(line.tax - exact(amount, charged.tax_rate))
            # Dealt out by the receipt's tax, a line's is within a unit of its own.
            assert difference <= (rules["basis"] == RATE_GROUP) * Decimal(1).scaleb(
                -places
            )
        if rules["basis"] == RATE_GROUP:
            for rate in totals.rates:
                amount = rate.total if rules["inclusive"] else rate.net
                assert rate.tax == exact(amount, rate.tax_rate)


class TestExamples:
    @pytest.mark.parametrize(("basis", "tax"), [(LINE, "0.96"), (RATE_GROUP, "0.97")])
    def test_the_two_permitted_bases_differ_by_a_cent(self, basis, tax):
        charges = [charge(price) for price in ("3.30", "2.20", "4.95", "1.25")]

        totals = priced(charges, basis=basis)

        assert (totals.total, totals.tax) == (Decimal("11.70"), Decimal(tax))
        assert sum(line.tax for line in totals.lines) == Decimal(tax)

    @pytest.mark.parametrize(
        ("gross", "tax", "net"),
        [
            ("109.00", "9.00", "100.00"),
            ("10.00", "0.83", "9.17"),
            ("19.90", "1.64", "18.26"),
            ("1.00", "0.08", "0.92"),
            ("0.05", "0.00", "0.05"),
        ],
    )
    @pytest.mark.parametrize("basis", TaxRounding)
    def test_prices_with_tax_in_them(self, gross, tax, net, basis):
        totals = priced([charge(gross)], basis=basis)

        assert (totals.total, totals.tax, totals.net) == (
            Decimal(gross),
            Decimal(tax),
            Decimal(net),
        )

    def test_prices_without_tax_get_it_on_top(self):
        charges = [charge("9.17"), charge("0.50"), charge("2.00", code="ZR", rate="0")]

        per_line = priced(charges, inclusive=False, basis=LINE)
        per_rate = priced(charges, inclusive=False, basis=RATE_GROUP)

        assert [line.tax for line in per_line.lines] == [
            Decimal("0.83"),
            Decimal("0.05"),  # 0.045, half up
            Decimal("0.00"),
        ]
        assert (per_line.net, per_line.total) == (Decimal("11.67"), Decimal("12.55"))
        assert per_rate.tax == Decimal("0.87")  # 9.67 × 9 % = 0.8703

    def test_the_cents_of_a_rate_go_to_the_largest_remainders(self):
        charges = [charge("3.30"), charge("2.20"), charge("4.95"), charge("1.25")]

        totals = priced(charges)

        # 0.97 × 3.30 / 11.70 = 0.2736, 0.1824, 0.4104, 0.1036: two cents are left.
        assert [str(line.tax) for line in totals.lines] == [
            "0.27",
            "0.18",
            "0.41",
            "0.11",
        ]

    def test_each_tax_code_is_a_row_of_its_own_even_at_the_same_rate(self):
        charges = [
            charge("1.00", code="ZR", rate="0"),
            charge("2.00"),
            charge("4.00", code="OS", rate="0"),
            charge("8.00", code="ZR", rate="0"),
            charge("16.00", rate="0.08"),
        ]

        totals = priced(charges)

        assert [
            (rate.tax_code, rate.tax_rate, rate.total, rate.tax)
            for rate in totals.rates
        ] == [
            ("OS", 0, Decimal("4.00"), 0),
            ("SR", Decimal("0.08"), Decimal("16.00"), Decimal("1.19")),
            ("SR", Decimal("0.09"), Decimal("2.00"), Decimal("0.17")),
            ("ZR", 0, Decimal("9.00"), 0),
        ]

    @pytest.mark.parametrize(
        ("price", "quantity", "places", "total"),
        [
            ("2.49", "0.755", 2, "1.88"),  # 1.87995
            ("0.25", "0.500", 2, "0.13"),  # 0.125, half up
            ("3.35", "0.5", 2, "1.68"),  # 1.675
            ("1999", "0.755", 0, "1509"),  # 1509.245
            ("1.005", "0.5", 3, "0.503"),  # 0.5025
            ("0.01", "0.001", 2, "0.00"),
        ],
    )
    def test_a_weighed_line_is_rounded_to_the_minor_unit(
        self, price, quantity, places, total
    ):
        totals = priced([charge(price, quantity)], places=places)

        assert str(totals.total) == total

    def test_three_tenths_of_a_kilogram_are_three_tenths(self):
        apart = priced([charge("10.00", "0.1"), charge("10.00", "0.2")])
        together = priced([charge("10.00", "0.3")])

        assert (apart.total, apart.tax) == (together.total, together.tax)

    def test_nothing_costs_nothing(self):
        for charges in ([], [charge("0.00")]):
            totals = priced(charges)
            assert (totals.total, totals.net, totals.tax) == (0, 0, 0)

    def test_the_largest_basket_is_still_exact(self):
        charges = [charge("49999999.99", "999", rate="0.99999")]

        totals = priced(charges, inclusive=False)

        assert totals.net == Decimal("49949999990.01")
        assert totals.tax == Decimal("49949500490.01")
