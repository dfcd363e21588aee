"""Querysets: what every table of a company can be asked; locks in one order."""

from typing import Self, TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


class LockableQuerySet(models.QuerySet[ModelT]):
    def locked(self) -> Self:
        """Lock these rows until the transaction ends, lowest pk first.

        The same order everywhere prevents deadlocks. ``no_key`` still lets other
        transactions insert rows that refer to these.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def of_company(self, company_id: int | None) -> Self:
        """Return the rows of this company; none without a company."""
        if company_id is None:
            return self.none()
        return self.filter(company_id=company_id)
