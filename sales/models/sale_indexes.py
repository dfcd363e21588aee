"""Indexes of sales: by what they are looked for."""

from django.db import models
from django.db.models import Q

INDEXES = [
    models.Index(
        fields=["till", "-id"],
        condition=Q(status__in=("open", "parked")),
        name="sale_unfinished_by_till",
    ),
    models.Index(
        fields=["company", "-finalized_at"],
        condition=Q(status="finalized"),
        name="sale_by_time",
    ),
    # What a report opens, newest first or by a date; its sums are read from it alone.
    models.Index(
        fields=["company", "business_date", "id"],
        include=["till", "kind", "cashier", "customer", "total", "net_total"],
        condition=Q(status="finalized"),
        name="sale_by_date",
    ),
    models.Index(
        fields=["customer", "-id"],
        condition=Q(customer__isnull=False),
        name="sale_by_customer",
    ),
    models.Index(
        fields=["original"],
        condition=Q(original__isnull=False),
        name="refund_by_original",
    ),
    models.Index(
        fields=["shift"],
        condition=Q(shift__isnull=False),
        name="sale_by_shift",
    ),
    # What a report lists: few among all that were paid.
    models.Index(
        fields=["company", "voided_at"],
        condition=Q(status="voided"),
        name="void_by_time",
    ),
    models.Index(
        fields=["till", "voided_after"],
        condition=Q(shift__isnull=True, status="voided"),
        name="void_between_shifts",
    ),
]
