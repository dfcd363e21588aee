"""Void limits: how many lines of one sale a person takes off, or voids, alone.

Whether lines are removed one by one, cleared, or voided with the sale, they are counted
together: nobody takes more lines off in steps than at once. A smaller quantity of a
line that stays counts as nothing, and neither does what came off because the customer
is too young or the goods are closed: nobody decided that.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, OuterRef, When

from pos.access.limits import Measured
from pos.models.limits import LimitedAct
from sales.models import SaleLine, SaleOperation

Kind = SaleOperation.Kind
# Whether a line came off for its age or its hours; ``SaleLine.is_off_by_rule``.
OFF_BY_RULE = Case(
    When(
        removed_by__isnull=False,
        then=Exists(
            SaleOperation.objects.filter(
                company_id=OuterRef("company_id"),
                uid=OuterRef("removed_by"),
                kind__in=(Kind.REFUSE_AGE, Kind.TAKE_OFF_CLOSED),
            )
        ),
    ),
    default=False,
)


def with_rules(lines: Any) -> Any:
    """Return the queryset, or manager, of lines with ``is_off_by_rule`` of each."""
    return lines.annotate(is_off_by_rule=OFF_BY_RULE)


def measure_void(
    lines: Iterable[SaleLine], leaving: Iterable[SaleLine] | None = None
) -> Measured:
    """Return how many lines are off the sale once these leave; all, with the sale.

    ``lines`` are all that the sale ever had, with ``is_off_by_rule``. One that was put
    back is on it again.
    """
    every = [line for line in lines if not line.is_off_by_rule]
    if leaving is None:
        return {LimitedAct.VOID: Decimal(len(every))}
    removed = sum(line.removed_by is not None for line in every)
    return {LimitedAct.VOID: Decimal(removed + len(list(leaving)))}
