"""Keyed list: pages of a long list by key, newest first or by name.

How it finds them is in ``pos/core/keyset.py``.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from pos.core.counts import count_rows
from pos.core.keyset import (
    AFTER,
    BEFORE,
    NEWEST_FIRST,
    Order,
    Place,
    fill_page,
    read_key,
)


def read_before(request: HttpRequest, name: str = BEFORE) -> int | None:
    """Return the key that the page comes before; none for the newest page."""
    return read_key(request.GET.get(name, ""))


class KeyedAdmin(admin.ModelAdmin):
    """A long list, read by key in one order: no column sorts it, no count is whole."""

    list_order = NEWEST_FIRST
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyedChangeList


class KeyedChangeList(ChangeList):
    """Shows the rows next to a key. Filters and searches begin with the first page."""

    is_keyed = True
    model_admin: KeyedAdmin
    # Whether the pages go from the newest row back, and not by a name.
    is_by_time = True
    # The addresses of the pages around this one, if there are more rows.
    next_page: str | None = None
    previous_page: str | None = None
    first_page: str | None = None

    def get_filters(self, request: HttpRequest) -> Any:
        for params in (self.params, self.filter_params):
            for name in (BEFORE, AFTER):
                params.pop(name, None)
        return super().get_filters(request)

    def get_results(self, request: HttpRequest) -> None:
        self.result_count = count_rows(self.queryset)
        # Beside a search or filter only: else all are shown.
        is_whole = not (self.query or self.has_active_filters)
        self.full_result_count = self.result_count if is_whole else None
        self.show_admin_actions = bool(self.result_count)
        self.show_all = self.can_show_all = False
        self.multi_page = False
        order = self._find_order()
        self.is_by_time = order.falls
        page = fill_page(
            lambda order, condition: self.queryset.filter(condition).order_by(
                *order.terms
            )[: self.list_per_page + 1],
            self._find_place(request),
            order=order,
            size=self.list_per_page,
        )
        self.result_list = list(page)
        if page.has_next:
            self.next_page = self.get_query_string({BEFORE: self.result_list[-1].pk})
        if page.has_previous:
            self.previous_page = self.get_query_string({AFTER: self.result_list[0].pk})
            self.first_page = self.get_query_string()

    def _find_order(self) -> Order:
        orders = [getattr(spec, "order", None) for spec in self.filter_specs]
        return next((order for order in orders if order), self.model_admin.list_order)

    def _find_place(self, request: HttpRequest) -> Place:
        for name in (BEFORE, AFTER):
            key = read_before(request, name)
            row = self.root_queryset.filter(pk=key).first() if key else None
            if row is not None:
                return Place(row, goes_back=name == AFTER)
        return Place()
