from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.money import (
    MONEY_LIMIT,
    CashRounding,
    allocate,
    is_money,
    round_cash,
    round_money,
    tax_in,
    tax_on,
)

NEAREST, DOWN, NONE = CashRounding

PLACES = st.sampled_from((0, 2, 3))


def amounts(places: int, *, at_least: int = 0) -> st.SearchStrategy[Decimal]:
    """Amounts in whole minor units, small ones as likely as the largest."""
    largest = 10 ** (11 + places) - 1
    units = st.one_of(st.integers(at_least, 500), st.integers(at_least, largest))
    return units.map(lambda n: Decimal(n).scaleb(-places))


class TestRoundMoney:
    @pytest.mark.parametrize(
        ("amount", "places", "rounded"),
        [
            # Half away from zero, never to even.
            ("0.125", 2, "0.13"),
            ("2.675", 2, "2.68"),
            ("0.124999", 2, "0.12"),
            ("-0.125", 2, "-0.13"),
            ("-2.675", 2, "-2.68"),
            ("0.5", 0, "1"),
            ("1.5", 0, "2"),
            ("2.5", 0, "3"),
            ("-2.5", 0, "-3"),
            ("0.0005", 3, "0.001"),
            ("7", 3, "7.000"),
        ],
    )
    def test_goes_half_away_from_zero(self, amount, places, rounded):
        assert str(round_money(Decimal(amount), places=places)) == rounded

    @pytest.mark.parametrize("amount", ["-0.001", "-0.00", "0"])
    def test_never_says_minus_nothing(self, amount):
        assert str(round_money(Decimal(amount))) == "0.00"


class TestIsMoney:
    @pytest.mark.parametrize(
        ("amount", "places"),
        [("0", 0), ("-12.50", 2), ("12.5", 2), ("0.001", 3), ("99999999999.999", 3)],
    )
    def test_takes_what_the_columns_hold(self, amount, places):
        assert is_money(Decimal(amount), places=places)

    @pytest.mark.parametrize(
        ("amount", "places"),
        [
            ("NaN", 2),
            ("sNaN", 2),
            ("Infinity", 2),
            ("-Infinity", 2),
            ("1e11", 2),
            ("-1e11", 2),
            ("1e999", 2),
            ("1e9999999", 2),
            ("-1e9999999", 2),
            ("1e-9999999", 2),
            ("0.001", 2),
            ("0.5", 0),
            ("0.0001", 3),
        ],
    )
    def test_refuses_the_rest(self, amount, places):
        assert not is_money(Decimal(amount), places=places)


class TestTax:
    @pytest.mark.parametrize(
        ("gross", "tax", "net"),
        [
            ("109.00", "9.00", "100.00"),
            ("10.00", "0.83", "9.17"),
            ("19.90", "1.64", "18.26"),
            ("1.00", "0.08", "0.92"),
            ("0.05", "0.00", "0.05"),
            ("-19.90", "-1.64", "-18.26"),
        ],
    )
    def test_inside_a_price_is_rounded_and_net_is_the_rest(self, gross, tax, net):
        inside = tax_in(Decimal(gross), tax_rate=Decimal("0.09"))

        assert (inside, Decimal(gross) - inside) == (Decimal(tax), Decimal(net))

    @pytest.mark.parametrize(
        ("net", "rate", "places", "tax"),
        [
            ("9.17", "0.09", 2, "0.83"),
            ("0.50", "0.09", 2, "0.05"),  # 0.045, half up
            ("100", "0.105", 0, "11"),
            ("1.005", "0.1", 3, "0.101"),
            ("-0.50", "0.09", 2, "-0.05"),
            ("12.34", "0", 2, "0.00"),
        ],
    )
    def test_on_top_of_a_price_is_rounded(self, net, rate, places, tax):
        on_top = tax_on(Decimal(net), tax_rate=Decimal(rate), places=places)

        assert str(on_top) == tax

    def test_at_no_rate_is_nothing(self):
        assert tax_in(Decimal("9.99"), tax_rate=Decimal(0)) == 0


class TestRoundCash:
    @pytest.mark.parametrize(
        ("amount", "paid"),
        [
            ("9.98", "10.00"),
            ("10.00", "10.00"),
            ("10.01", "10.00"),
            ("10.02", "10.00"),
            ("10.03", "10.05"),
            ("10.04", "10.05"),
            ("10.05", "10.05"),
            ("10.06", "10.05"),
            ("10.07", "10.05"),
            ("10.08", "10.10"),
            ("10.09", "10.10"),
            ("0.02", "0.00"),
            ("-1.98", "-2.00"),
            ("-0.02", "0.00"),
        ],
    )
    def test_to_the_nearest_five_cents(self, amount, paid):
        rounded = round_cash(Decimal(amount), step=Decimal("0.050"), rounding=NEAREST)

        assert str(rounded) == paid

    @pytest.mark.parametrize(
        ("amount", "paid"),
        [("10.04", "10.00"), ("10.09", "10.05"), ("0.04", "0.00"), ("-1.98", "-1.95")],
    )
    def test_down_to_five_cents(self, amount, paid):
        rounded = round_cash(Decimal(amount), step=Decimal("0.050"), rounding=DOWN)

        assert str(rounded) == paid

    def test_halfway_goes_away_from_zero(self):
        step = Decimal("0.10")

        up = round_cash(Decimal("0.05"), step=step, rounding=NEAREST)
        down = round_cash(Decimal("-0.05"), step=step, rounding=NEAREST)

        assert (up, down) == (Decimal("0.10"), Decimal("-0.10"))

    @pytest.mark.parametrize(
        ("step", "rounding"), [("0.000", NEAREST), ("0.000", DOWN), ("0.05", NONE)]
    )
    def test_leaves_the_amount_without_a_step_or_a_direction(self, step, rounding):
        amount = Decimal("10.02")

        assert round_cash(amount, step=Decimal(step), rounding=rounding) == amount

    def test_takes_a_step_of_whole_units(self):
        paid = round_cash(Decimal(1234), step=Decimal("50.000"), rounding=NEAREST)

        assert str(paid) == "1250"

    @given(
        amount=amounts(2),
        step=st.sampled_from(("0.05", "0.10", "0.25", "1", "5")),
        rounding=st.sampled_from((NEAREST, DOWN)),
    )
    def test_is_a_multiple_close_by_and_the_same_below_zero(
        self, amount, step, rounding
    ):
        step = Decimal(step)

        paid = round_cash(amount, step=step, rounding=rounding)

        assert paid % step == 0
        assert abs(paid - amount) <= (step / 2 if rounding == NEAREST else step)
        assert rounding == NEAREST or paid <= amount
        assert round_cash(-amount, step=step, rounding=rounding) == -paid
        assert round_cash(paid, step=step, rounding=rounding) == paid


class TestDeal:
    @pytest.mark.parametrize(
        ("total", "weights", "shares"),
        [
            ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
            ("0.05", ["1", "1"], ["0.03", "0.02"]),
            ("0.02", ["0", "1", "1", "1"], ["0.00", "0.01", "0.01", "0.00"]),
            ("-10.00", ["1", "1", "1"], ["-3.34", "-3.33", "-3.33"]),
            ("-10.00", ["-1", "-1", "-1"], ["-3.34", "-3.33", "-3.33"]),
            ("1.00", ["0", "0"], ["1.00", "0.00"]),
            ("0.00", [], []),
        ],
    )
    def test_gives_the_cents_to_the_largest_remainders(self, total, weights, shares):
        allocated = allocate(Decimal(total), [Decimal(weight) for weight in weights])

        assert [str(share) for share in allocated] == shares

    def test_does_not_lose_a_unit_where_a_quotient_is_almost_whole(self):
        # One part is 2.99…(28 nines) units: a rounded quotient would make it 3,
        # and the shares more than there is to allocate.
        total = MONEY_LIMIT - Decimal("0.001")
        weights = [MONEY_LIMIT - Decimal("0.002"), Decimal("0.001")]

        assert sum(allocate(total, weights, places=3)) == total

    @pytest.mark.parametrize(
        ("total", "weights"),
        [("1.00", []), ("1.005", ["1"]), ("1.00", ["1", "-1"]), ("0.00", ["1", "-1"])],
    )
    def test_is_refused_when_there_is_no_answer(self, total, weights):
        with pytest.raises(ValueError, match="allocated|allocate to"):
            allocate(Decimal(total), [Decimal(weight) for weight in weights])

    @given(places=PLACES, negative=st.booleans(), draw=st.data())
    def test_adds_up_and_stays_within_one_unit(self, places, negative, draw):
        total = draw.draw(amounts(places))
        weights = draw.draw(st.lists(amounts(3), min_size=1, max_size=12))
        unit = Decimal(1).scaleb(-places)
        if negative:
            total, weights = -total, [-weight for weight in weights]

        shares = allocate(total, weights, places=places)

        assert sum(shares) == total
        for share, weight in zip(shares, weights, strict=True):
            assert share == round_money(share, places=places)
            if whole := sum(weights):
                assert abs(share - total * weight / whole) < unit
                assert weight or not share

    @given(total=amounts(2), weights=st.lists(amounts(3), min_size=2, max_size=8))
    def test_the_lower_position_wins_a_tie_and_only_a_tie(self, total, weights):
        shares = allocate(total, weights)

        for i, j in zip(range(len(weights)), range(1, len(weights)), strict=False):
            if weights[i] == weights[j]:
                assert shares[i] >= shares[j]
