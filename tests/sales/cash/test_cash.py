from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.cash.denominations import split_into_denominations
from sales.cash.quick_sums import suggest_amounts, suggest_three_amounts

AMOUNTS = st.decimals("0.05", "99999", places=2)


@pytest.mark.parametrize(
    ("due", "sums"),
    [
        ("30.60", "31 32 35 40 50 100"),
        ("4.20", "5 6 10 50 100"),
        ("50.00", "51 52 55 60 100"),
        ("0.10", "1 2 5 10 50 100"),
    ],
)
def test_proposes_the_next_round_sums(due, sums):
    proposed = suggest_amounts(Decimal(due), places=2)

    assert [f"{amount}" for amount in proposed] == sums.split()


def test_a_currency_without_a_minor_unit_counts_in_hundreds():
    proposed = suggest_amounts(Decimal(1280), places=0)

    assert [int(amount) for amount in proposed] == [1300, 1400, 1500, 2000, 5000, 10000]


@given(AMOUNTS)
def test_every_proposal_covers_what_is_due_and_is_made_once(due):
    sums = suggest_amounts(due, places=2)

    assert all(amount > due for amount in sums)
    assert sums == sorted(set(sums))
    assert set(suggest_three_amounts(due, places=2)) <= {*sums}
    assert 1 <= len(suggest_three_amounts(due, places=2)) <= 3


@given(st.integers(0, 10**6).map(lambda n: Decimal(n) * Decimal("0.05")))
def test_change_is_counted_out_to_the_coin(amount):
    counted = split_into_denominations(amount, currency="SGD")

    assert sum(pieces * face for pieces, face in counted) == amount


def test_what_no_coin_can_make_is_not_counted_out():
    assert split_into_denominations(Decimal("0.02"), currency="SGD") == []
    assert split_into_denominations(Decimal("5.00"), currency="XXX") == []
