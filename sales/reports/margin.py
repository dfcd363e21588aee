"""Margin: net less cost, of what has a known cost; pure.

Unknown is never zero: the net of what has no cost is shown beside the margin, and is
no part of it. Nothing is said where no cost is known at all.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sales.reports.rates import percent


def margin_of(row: Mapping[str, Any]) -> Decimal | None:
    """Return the margin of a row with ``net``, ``cost`` and ``uncosted``.

    >>> sold = {"net": Decimal("91.74"), "uncosted": Decimal("18.35")}
    >>> margin_of(sold | {"cost": Decimal("40.00")})
    Decimal('33.39')
    >>> margin_of({"net": Decimal(5), "uncosted": Decimal(5), "cost": Decimal(0)})
    """
    costed = row["net"] - row["uncosted"]
    if not costed and not row["cost"]:
        return None
    return Decimal(costed - row["cost"])


def margin_rate_of(row: Mapping[str, Any]) -> Decimal | None:
    """Return the margin for each hundred of net that has a cost.

    >>> sold = {"net": Decimal("91.74"), "uncosted": Decimal("18.35")}
    >>> margin_rate_of(sold | {"cost": Decimal("40.00")})
    Decimal('45.5')
    """
    margin = margin_of(row)
    return None if margin is None else percent(margin, row["net"] - row["uncosted"])
