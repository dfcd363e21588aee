"""Void limits: how many lines of one sale a person takes off, or voids, alone.

Whether lines are removed one by one, cleared, or voided with the sale, they are counted
together: nobody takes more lines off in steps than at once. A smaller quantity of a
line that stays counts as nothing.
"""

from collections.abc import Iterable
from decimal import Decimal

from pos.access.limits import Measured
from pos.models.limits import LimitedAct
from sales.models import SaleLine


def measure_void(
    lines: Iterable[SaleLine], leaving: Iterable[SaleLine] | None = None
) -> Measured:
    """Return how many lines are off the sale once these leave; all, with the sale.

    ``lines`` are all that the sale ever had. One that was put back is on it again.
    """
    every = list(lines)
    if leaving is None:
        return {LimitedAct.VOID: Decimal(len(every))}
    removed = sum(line.removed_by is not None for line in every)
    return {LimitedAct.VOID: Decimal(removed + len(list(leaving)))}
