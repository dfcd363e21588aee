"""Keyed list: pages of a long list by key, newest first.

Page 4,000 of a list by numbers of pages reads all before it. Here a link says the key
that its page comes before, and the index finds it at once; what is added meanwhile
moves no row to another page.
"""

import re
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

BEFORE = "before"
KEY = re.compile(r"[0-9]{1,18}")


def read_before(request: HttpRequest) -> int | None:
    """Return the key that the page comes before; none for the newest page."""
    before = request.GET.get(BEFORE, "")
    return int(before) if KEY.fullmatch(before) else None


class KeyedChangeList(ChangeList):
    """Shows the rows before a key. Filters and searches begin with the newest."""

    # The address of the page after this one, if there are more rows.
    older: str | None = None
    newest: str | None = None

    def get_filters(self, request: HttpRequest) -> Any:
        for params in (self.params, self.filter_params):
            params.pop(BEFORE, None)
        return super().get_filters(request)

    def get_results(self, request: HttpRequest) -> None:
        self.page_num = 1
        super().get_results(request)
        rows = self.queryset.order_by("-pk")
        before = read_before(request)
        if before is not None:
            rows = rows.filter(pk__lt=before)
            self.newest = self.get_query_string()
        found = list(rows[: self.list_per_page + 1])
        self.result_list = found[: self.list_per_page]
        if len(found) > self.list_per_page:
            self.older = self.get_query_string({BEFORE: self.result_list[-1].pk})
