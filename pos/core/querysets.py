"""Querysets: what every table of a company can be asked; locks in one order."""

from typing import Self, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class LockableQuerySet(models.QuerySet[ModelT]):
    def locked(self) -> Self:
        """Hold these rows until the transaction ends, lowest pk first.

        One order for everyone means no deadlocks. ``no_key`` lets other
        transactions still insert rows that point here.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def of_company(self, company_id: int | None) -> Self:
        """Only rows of this company; of no company, nothing."""
        if company_id is None:
            return self.none()
        return self.filter(company_id=company_id)
