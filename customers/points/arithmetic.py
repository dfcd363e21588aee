"""Arithmetic: how many points are earned, redeemed and reversed; pure."""

from decimal import Decimal


def points_for(amount: Decimal, *, amount_per_point: Decimal) -> int:
    """Return the points of one sale: one for each whole ``amount_per_point``.

    Counted per sale, never across sales: ten sales of 9.99 earn nothing.

    >>> [points_for(Decimal(a), amount_per_point=Decimal(10)) for a in ("9.99", "10")]
    [0, 1]
    """
    return max(0, int(amount // amount_per_point))


def points_to_reverse(
    left: Decimal, *, amount_per_point: Decimal, net_earned: int
) -> int:
    """Return how many points of a sale are taken back for what was refunded.

    ``left`` is what the sale comes to after its refunds. Worked out from the whole
    each time: two refunds of 5.00 take back as many as one of 10.00.

    >>> points_to_reverse(Decimal(15), amount_per_point=Decimal(10), net_earned=2)
    1
    """
    return max(0, net_earned - points_for(left, amount_per_point=amount_per_point))


def points_returned(points: int, *, value: Decimal, refunded: Decimal) -> int:
    """Return how many redeemed points are given back for a sale refunded so far.

    In proportion to the value, whole points only; all of them with the last refund.

    >>> [points_returned(10, value=Decimal(30), refunded=Decimal(r)) for r in (20, 30)]
    [6, 10]
    """
    if not points or not value:
        return 0
    return int(points * refunded // value)


def usable_points(*, balance: int, value: Decimal, least: int, room: Decimal) -> int:
    """Return the most points that can be redeemed for the amount; none if too few.

    >>> usable_points(balance=124, value=Decimal("0.10"), least=10, room=Decimal(7))
    70
    """
    if not value:
        return 0
    count = min(balance, int(room // value))
    return count if count >= least else 0
