"""Points arithmetic; pure."""

from decimal import Decimal


def points_for(amount: Decimal, *, amount_per_point: Decimal) -> int:
    """Return the points of one sale: one for each whole ``amount_per_point``.

    Counted per sale, never across sales: ten sales of 9.99 earn nothing.

    >>> [points_for(Decimal(a), amount_per_point=Decimal(10)) for a in ("9.99", "10")]
    [0, 1]
    """
    return max(0, int(amount // amount_per_point))
