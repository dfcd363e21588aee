"""Currencies: coins, notes and what is about a dollar in each."""

import re
from decimal import Decimal

import pytest

from pos.core.currencies import CASH, NUMBERS, currency
from pos.core.money import CashRounding, is_money
from sales.cash.denominations import NOTES_AND_COINS
from sales.cash.limits import change_limit, typed_max
from sales.cash.quick_sums import suggest_amounts


@pytest.mark.parametrize(
    ("code", "coin", "note"),
    [
        ("SEK", "1", 1000),
        ("DKK", "0.50", 500),
        ("NOK", "1", 1000),
        ("HUF", "5", 20_000),
        ("CZK", "1", 5000),
        ("HKD", "0.10", 1000),
        ("TWD", "1", 2000),
        ("CHF", "0.05", 1000),
        ("NZD", "0.10", 100),
        ("AUD", "0.05", 100),
        ("CAD", "0.05", 100),
        ("MYR", "0.05", 100),
        ("KRW", "10", 50_000),
        ("KWD", "0.005", 20),
    ],
)
def test_a_company_starts_with_the_smallest_coin_and_the_largest_note(code, coin, note):
    known = currency(code)

    assert (known.cash_step, known.cash_rounding) == (Decimal(coin), "nearest")
    assert change_limit(currency=code, places=known.places) == note * 10
    assert typed_max(currency=code, places=known.places) == note * 1000


@pytest.mark.parametrize("code", CASH)
def test_what_is_listed_fits_together(code):
    cash, known = CASH[code], currency(code)

    assert code in NUMBERS
    assert is_money(cash.smallest, places=known.places)
    assert cash.largest % cash.smallest == 0
    is_minor = cash.smallest == Decimal(1).scaleb(-known.places)
    assert is_minor == (cash.rounding == CashRounding.NONE)
    assert cash.source
    # Quick cash is money that can be handed over.
    due = cash.smallest * 3
    for amount in suggest_amounts(due, places=known.places, scale=known.scale):
        assert amount % cash.smallest == 0


def test_each_currency_has_a_number_of_its_own():
    """As ISO 4217 lists them; a price in a code names its currency by it."""
    known = {"SGD": "702", "USD": "840", "EUR": "978", "MYR": "458", "CNY": "156"}
    known |= {"JPY": "392", "THB": "764", "IDR": "360", "AUD": "036", "ALL": "008"}

    assert known.items() <= NUMBERS.items()
    assert len(set(NUMBERS.values())) == len(NUMBERS)
    for code, number in NUMBERS.items():
        assert re.fullmatch("[A-Z]{3} [0-9]{3}", f"{code} {number}")


def test_notes_that_are_counted_are_those_that_are_listed():
    for code, faces in NOTES_AND_COINS.items():
        assert (min(faces), max(faces)) == (CASH[code].smallest, CASH[code].largest)
