"""Counts: how many rows there are, as far as it is worth counting."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

COUNT_MAX = 1_000


class Count(int):
    """So many; above the limit a page says that there are more than that."""

    def __str__(self) -> str:
        if self > COUNT_MAX:
            return _("more than 1,000")
        return super().__repr__()


def count_rows(rows: QuerySet[Any]) -> Count:
    """Count the rows, no further than the limit: nobody looks through more."""
    return Count(rows.order_by().values("pk")[: COUNT_MAX + 1].count())
