"""Querysets of sale lines: those that count, and the tax rates of a day."""

from datetime import date
from typing import Any, Self

from django.db.models import Case, Expression, F, OuterRef, Subquery, When

from pos.core.fields import TaxRateField
from pos.core.querysets import LockableQuerySet
from pos.models import TaxCode, TaxRate


class SaleLineQuerySet(LockableQuerySet[Any]):
    def active(self) -> Self:
        """Lines that count; a removed one stays until finalization, for undo."""
        return self.filter(removed_by__isnull=True)

    def with_rate_in_force(self, day: date | Expression) -> Self:
        """Add ``rate_in_force``: the rate of the line's tax code on that day, if any.

        A line that was added before the company was registered has its product's code.
        """
        rates = TaxRate.objects.filter(
            company_id=OuterRef("company_id"),
            tax_code=OuterRef("code_in_force"),
            valid_from__lte=day,
        )
        return self.annotate(
            code_in_force=Case(
                When(tax_code=TaxCode.NG, then=F("product__tax_code")),
                default=F("tax_code"),
            ),
            rate_in_force=Subquery(
                rates.order_by("-valid_from").values("rate")[:1],
                output_field=TaxRateField(),
            ),
        )
