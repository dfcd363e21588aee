"""Routes: every address of the resolver, with its name and the places in it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

PLACES = re.compile(r"<(?:\w+:)?(\w+)>")
PAGES = ("changelist", "add", "change", "delete", "history")


class Route(NamedTuple):
    name: str
    pattern: str

    @property
    def places(self) -> list[str]:
        return PLACES.findall(self.pattern)

    def address(self, **values: object) -> str:
        return "/" + PLACES.sub(lambda place: str(values[place[1]]), self.pattern)


def every_route() -> list[Route]:
    """All of them, Django's pages for a model of the back office included."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def pages_of_models() -> dict[str, tuple[str, str]]:
    """The model and the page of each address that Django makes for a model."""
    return {
        f"admin:{one.opts.app_label}_{one.opts.model_name}_{page}": (
            one.opts.label_lower,
            page,
        )
        for one in admin.site._registry.values()
        for page in PAGES
    }


def _walk(
    patterns: Iterable[Any], before: str, namespaces: tuple[str, ...]
) -> Iterator[Route]:
    for one in patterns:
        pattern = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if isinstance(one, URLResolver):
            inside = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from _walk(one.url_patterns, pattern, inside)
        elif isinstance(one, URLPattern):
            pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", pattern)
            # Django leaves two without a name: the short address of a row, which
            # leads to its page, and the last, which answers what no other does.
            name = one.name or one.lookup_str.rpartition(".")[2]
            yield Route(":".join((*namespaces, name)), pattern.removesuffix("\\Z"))
