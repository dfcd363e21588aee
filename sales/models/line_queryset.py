"""Querysets of sale lines: those that count, and the rates of a day."""

from datetime import date
from typing import Any, Self

from django.db.models import Case, Expression, F, OuterRef, Q, Subquery, When

from pos.core.fields import MoneyField
from pos.core.querysets import LockableQuerySet
from pos.models import ContainerDeposit, TaxCode
from pos.models.restriction import restriction_facts
from pos.models.tax import rate_in_force


class SaleLineQuerySet(LockableQuerySet[Any]):
    def active(self) -> Self:
        """Lines that count; a removed one stays until finalization, for undo."""
        return self.filter(removed_by__isnull=True)

    def for_basket(self) -> Self:
        """Lines as a basket shows them, in order, with what restricts them now."""
        return self.active().with_restriction().order_by("position")

    def for_receipt(self) -> Self:
        """Lines as they are printed, in order, with who changed a price."""
        return self.active().select_related("priced_by").order_by("position")

    def with_restriction(self) -> Self:
        """Add ``restriction_facts``: what restricts the line's product now, if any."""
        return self.annotate(restriction_facts=restriction_facts("product__"))

    def with_rates_in_force(self, day: date | Expression) -> Self:
        """Add the rates of that day: ``rate_in_force`` and ``deposit_in_force``.

        The first is the line's tax code's, the second the deposit on a container of it;
        None where there is none. A line that was added before the company was
        registered has its product's code.
        """
        deposits = ContainerDeposit.objects.filter(
            company_id=OuterRef("company_id"), valid_from__lte=day
        )
        return self.annotate(
            code_in_force=Case(
                When(tax_code=TaxCode.NG, then=F("product__tax_code")),
                default=F("tax_code"),
            ),
            rate_in_force=rate_in_force(day, tax_code="code_in_force"),
            # Only looked up for what has any.
            deposit_in_force=Case(
                When(
                    Q(containers__gt=0) | Q(product__containers__gt=0),
                    then=Subquery(
                        deposits.order_by("-valid_from").values("amount")[:1]
                    ),
                ),
                output_field=MoneyField(),
            ),
        )
