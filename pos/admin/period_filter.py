"""Period filter: the rows of some days, from one to another, or of a usual period."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate, make_aware

from pos.core.dates import read_dates
from pos.core.keyset import Order

DAY = timedelta(days=1)


class PeriodFilter(admin.DateFieldListFilter):
    """The usual periods, and two fields for the first and the last day.

    What cannot be meant is put right, and the filter says so.
    """

    template = "admin/period_filter.html"

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        self.dated = model_admin.dated
        self.names = f"{field_path}__from", f"{field_path}__to"
        typed = [params.pop(name, [""])[-1] for name in self.names]
        super().__init__(field, request, params, model, model_admin, field_path)
        self.kept: list[tuple[str, str]] = []
        self.note = ""
        self.since: date | None = None
        self.until: date | None = None
        if any(typed):
            self.date_params = {}
            self.since, self.until, self.note = read_dates(*typed, today=localdate())

    @property
    def order(self) -> Order | None:
        """By date, where only the rows of some days are shown: an index has it so."""
        return Order((self.field_path, "pk")) if self.since else None

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        if self.since is None or self.until is None:
            return super().queryset(request, queryset)
        first: date = self.since
        after: date = self.until + DAY
        if isinstance(self.field, DateTimeField):
            first, after = _begin(first), _begin(after)
        days = {f"{self.field_path}__gte": first, f"{self.field_path}__lt": after}
        return queryset.filter(self.dated, **days)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield the usual periods; and note what else the form of days hands on."""
        others = changelist.filter_params.items()
        self.kept = [
            (name, value)
            for name, values in others
            if not name.startswith(self.field_generic)
            for value in values
        ]
        for choice in super().choices(changelist):
            is_chosen = choice["selected"] and self.since is None
            yield {**choice, "selected": is_chosen}


def _begin(day: date) -> datetime:
    """Return the first moment of the day where the company is."""
    return make_aware(datetime.combine(day, time()))
