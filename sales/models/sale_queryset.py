"""Sale queries: which sales, as the shop says it."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, Prefetch, Q

from pos.core.clock import DatabaseTime
from pos.core.querysets import LockableQuerySet
from sales.models.line import SaleLine


class SaleQuerySet(LockableQuerySet[Any]):
    def at_till(self, till_id: int) -> Self:
        return self.filter(till_id=till_id)

    def at_device(self, device_id: int) -> Self:
        return self.filter(device_id=device_id)

    def open(self) -> Self:
        return self.filter(status="open")

    def parked(self) -> Self:
        return self.filter(status="parked")

    def worth_keeping(self) -> Self:
        """Baskets with lines, money that was taken for them, or an exchange."""
        has_something = Q(line_count__gt=0) | ~Q(held_amount=0) | ~Q(returned_goods="")
        return self.filter(has_something)

    def finalized(self) -> Self:
        return self.filter(status="finalized")

    def for_basket(self) -> Self:
        """Load everything the basket shows, in two queries for any number of lines.

        ``read_at`` is the database's time, by which its goods are open or closed.
        """
        lines = SaleLine.objects.all().for_basket()
        return self.with_basket_parts().prefetch_related(
            Prefetch("lines", queryset=lines, to_attr="basket_lines")
        )

    def with_basket_parts(self) -> Self:
        """Load what a basket shows, but for its lines."""
        return self.annotate(read_at=DatabaseTime()).select_related(
            "company", "customer", "till__outlet"
        )

    def for_receipt(self) -> Self:
        """Load everything a receipt prints, in four queries for any number of lines."""
        lines = SaleLine.objects.all().for_receipt()
        return self.with_receipt_parts().prefetch_related(
            Prefetch("lines", queryset=lines, to_attr="receipt_lines"),
            "tenders",
            "prints",
        )

    def with_receipt_parts(self) -> Self:
        """Load what is once on a receipt, but for lines, tenders and prints."""
        return self.select_related(
            "company",
            "customer",
            "till__outlet",
            "cashier",
            "fiscal_document",
            "approved_by",
            "age_confirmed_by",
            "original",
            "exchanged_for",
            "exchanged_from",
        )

    def with_refunds(self) -> Self:
        """Annotate whether some of the sale was refunded, and whether some is left."""
        mine = models.OuterRef("pk")
        refunds = self.model._base_manager.filter(original=mine)
        left = SaleLine.objects.active().filter(
            sale=mine, refunded_quantity__lt=F("quantity")
        )
        return self.annotate(
            was_refunded=models.Exists(refunds), has_left=models.Exists(left)
        )

    def takings(self) -> dict[str, Decimal]:
        """Sum these sales. Refunds are below zero, so one sum covers both."""
        return self.aggregate(
            total=models.Sum("total", default=Decimal(0)),
            net_total=models.Sum("net_total", default=Decimal(0)),
            tax_total=models.Sum("tax_total", default=Decimal(0)),
            rounding=models.Sum("rounding", default=Decimal(0)),
        )
