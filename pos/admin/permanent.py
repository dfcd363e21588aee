"""Permanent rows: the pages of what services write and nobody changes."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, get_fields_from_path
from django.db.models import DateField, Model, Q
from django.http import HttpRequest

from pos.admin.keyed_list import KeyedAdmin
from pos.admin.period_filter import PeriodFilter
from pos.admin.scoping import CompanyAdmin, CompanyInline


class ReadOnlyAdmin(BaseModelAdmin):
    """Read-only: services write these rows, and nothing changes them."""

    def has_add_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return False


class PermanentAdmin(ReadOnlyAdmin, KeyedAdmin, CompanyAdmin):
    """Rows that only ever become more: a list of them is read by key, newest first."""

    # What is true of each row that has the time by which its list is filtered.
    dated = Q()

    def _scoped_filter(self, item: Any) -> Any:
        # Of the rows' own: the days of what they belong to are in another table.
        if isinstance(item, str) and "__" not in item:
            field = get_fields_from_path(self.model, item)[-1]
            if isinstance(field, DateField):
                return (item, PeriodFilter)
        return super()._scoped_filter(item)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[Any]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))


class PermanentInline(ReadOnlyAdmin, CompanyInline):
    can_delete = False
