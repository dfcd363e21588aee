"""Indexes of sales: what is there once, and by what sales are looked for."""

from django.db import models
from django.db.models import F, Q

KEYS = [
    models.UniqueConstraint(
        fields=["company", "uid"], name="sale_uid_once_per_company"
    ),
    models.UniqueConstraint(
        fields=["company", "device"],
        condition=Q(kind="sale", status="open"),
        name="one_open_basket_per_device",
    ),
    # In place of the key of the column: most rows have none.
    models.UniqueConstraint(
        fields=["exchanged_for"],
        condition=Q(exchanged_for__isnull=False),
        name="goods_are_exchanged_for_a_sale_once",
    ),
    models.UniqueConstraint(
        fields=["company", "till", "kind", "number"],
        name="receipt_number_once_per_till",
    ),
    models.UniqueConstraint(
        fields=["company", "receipt_number"],
        name="receipt_number_once_per_company",
    ),
]

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
    # Few among all: without sales between them.
    models.Index(
        fields=["company", "-finalized_at"],
        condition=Q(status="finalized", kind="refund"),
        name="refund_by_time",
    ),
    # The amounts on a receipt, by which it is looked for: most are its total.
    models.Index(
        fields=["company", "total", "-finalized_at"],
        condition=Q(status="finalized"),
        name="sale_by_total",
    ),
    models.Index(
        fields=["company", "due", "-finalized_at"],
        condition=Q(~Q(due=F("total")), status="finalized"),
        name="sale_by_due",
    ),
    models.Index(
        F("company"),
        F("due") - F("rounding"),
        F("finalized_at").desc(),
        condition=Q(~Q(deposits=0, issued=0), status="finalized"),
        name="sale_by_payable",
    ),
    models.Index(
        fields=["company", "-id"],
        condition=~Q(label=""),
        name="sale_with_label",
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
