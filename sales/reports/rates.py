"""Rates: parts of a hundred, means and what each receipt comes to; pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pos.core.money import round_money

TENTH = Decimal("0.1")


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return the part of a hundred, to a tenth; none of nothing.

    >>> percent(Decimal("33.39"), Decimal("73.39")), percent(1, 0)
    (Decimal('45.5'), None)
    """
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(TENTH, rounding=ROUND_HALF_UP)


def mean(total: Decimal, count: int, *, places: int) -> Decimal | None:
    """Return an amount for each, to the minor unit; none where there are none.

    >>> mean(Decimal("10.00"), 3, places=2), mean(Decimal("1.00"), 0, places=2)
    (Decimal('3.33'), None)
    """
    return round_money(total / count, places=places) if count else None


def find_basket(row: Mapping[str, Any], *, places: int) -> Decimal | None:
    """Return what a receipt of a row of hours comes to on average, before refunds."""
    sold = Decimal(row["gross"] - row["discounts"] - row["points_value"])
    return mean(sold, row["receipts"], places=places)


def per(count: int, of: int) -> Decimal | None:
    """Return how many for each, to a tenth; none where there are none.

    >>> per(7, 2), per(1, 0)
    (Decimal('3.5'), None)
    """
    if not of:
        return None
    return (Decimal(count) / of).quantize(TENTH, rounding=ROUND_HALF_UP)
