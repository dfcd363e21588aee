"""Allocation: which part of a sold line's amounts goes back with a quantity; pure.

Everything is worked out for the quantity returned so far, and then for that with
what is returned now: a refund is the difference. So the refunds of a line add up
to the line, to the minor unit, in whatever parts and order it comes back, and the
last one takes the remainder.
"""

from decimal import Decimal
from typing import TypedDict

from pos.core.money import ZERO, round_money
from sales.pricing.totals import PricedLine


class AllocationRules(TypedDict):
    """What all parts of a line share: its quantity and how it was priced."""

    quantity: Decimal
    prices_include_tax: bool
    places: int


def allocate_share(
    sold: PricedLine,
    *,
    quantity: Decimal,
    returned: Decimal,
    prices_include_tax: bool,
    places: int,
) -> PricedLine:
    """Return what the first ``returned`` of the line's ``quantity`` cost.

    Each part grows with ``returned``, and tax never by more than the total. What
    was taken off is rounded together, and halves of it the other way than those of
    the total: both add up to the list price to the minor unit, and three at 3.95
    come back at 3.95 each. Only then is that split into discounts and points.
    """

    def part(amount: Decimal, whole: Decimal, of: Decimal) -> Decimal:
        return round_money(amount * of / whole, places=places) if whole else ZERO

    total = part(sold.total, quantity, returned)
    tax = part(sold.tax, sold.total, total)
    off_whole = sold.line_discount + sold.sale_discount + sold.points_discount
    off = off_whole - part(off_whole, quantity, quantity - returned)
    off_points = part(sold.points_discount, off_whole, off)
    off_others = sold.line_discount + sold.sale_discount
    off_sale = part(sold.sale_discount, off_others, off - off_points)
    amount = total if prices_include_tax else total - tax
    return PricedLine(
        total=total,
        net=total - tax,
        list_amount=amount + off,
        line_discount=off - off_points - off_sale,
        sale_discount=off_sale,
        points_discount=off_points,
        deposit=part(sold.deposit, quantity, returned),
    )


def allocate_return(
    sold: PricedLine,
    *,
    quantity: Decimal,
    before: Decimal,
    now: Decimal,
    prices_include_tax: bool,
    places: int,
) -> PricedLine:
    """Return a refund's line for ``now``, where ``before`` went back earlier.

    Every amount is zero or below.
    """
    earlier, later = (
        allocate_share(
            sold,
            quantity=quantity,
            returned=returned,
            prices_include_tax=prices_include_tax,
            places=places,
        )
        for returned in (before, before + now)
    )
    return PricedLine(
        total=earlier.total - later.total,
        net=earlier.net - later.net,
        list_amount=earlier.list_amount - later.list_amount,
        line_discount=earlier.line_discount - later.line_discount,
        sale_discount=earlier.sale_discount - later.sale_discount,
        points_discount=earlier.points_discount - later.points_discount,
        deposit=earlier.deposit - later.deposit,
    )
