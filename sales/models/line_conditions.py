"""Conditions of sale lines: what the constraints of their table are made of."""

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact

# With tax where prices include it, without where they do not.
LIST_LESS_DISCOUNTS = (
    F("list_amount")
    - F("line_discount")
    - F("offers_discount")
    - F("sale_discount")
    - F("points_discount")
)
SIGNED = (
    "list_amount",
    "line_discount",
    "offers_discount",
    "sale_discount",
    "points_discount",
    "total",
    "net_total",
)


def each(comparison: str) -> dict[str, int]:
    """Return the condition that each signed amount compares so with zero."""
    return {f"{name}__{comparison}": 0 for name in SIGNED}


def is_list(column: str) -> Q:
    """Return the condition that a JSON column holds a list."""
    kind = Func(F(column), function="jsonb_typeof", output_field=models.TextField())
    return Q(Exact(kind, "array"))
