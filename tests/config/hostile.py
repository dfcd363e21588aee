"""Hostile requests: every address, every name that is read, and values for them."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import site
from django.urls import URLPattern, URLResolver, get_resolver

from pos.core.ids import uuid7
from sales.reports.receipt_filter import READERS
from sales.views.reports.addresses import BACK
from tests.config.conftest import ROOT

TEXTS = (
    *(
        "abc",
        "'",
        "-1",
        "0",
        "7",
        "9" * 40,
        "1e999",
        "1e-20000",
        "NaN",
        "Infinity",
        "1,2",
        "[]",
        "{}",
    ),
    *("\N{PILE OF POO}", "\u202e", "\x01\x7f", "\u0665", " ", "", "%", "\\", "a\nb"),
    *("2026-99-99", "0001-01-01", "9999-12-31", "00000000-0000-0000-0000-000000000000"),
    *("x" * 3000, "//[", "http://[", "__class__", "a:b:c", "3.5", "-0.00", "True"),
)
JSON = (
    *TEXTS[:9],
    *(None, True, 0, -1, 2**31, 2**63, 10**40, 1.5, float("inf"), float("nan")),
    *([], {}, [[]], [None], {"a": 1}, "x" * 3000, [{}] * 30),
)
READS = re.compile(r'(?:\.(?:GET|POST|data)|\bquery)(?:\.get|\.getlist)?[(\[]"(\w+)"')
PLACES = re.compile(r"<(?:(\w+):)?(\w+)>")
# What Django's admin reads.
OF_THE_ADMIN = {
    *("o", "p", "q", "e", "all", "index", "term", "app_label", "model_name"),
    *("field_name", "action", "select_across", "_popup", "_to_field", "_save"),
    *("_selected_action", "_changelist_filters", "_facets", "_continue", "_saveasnew"),
    *("_addanother", "post", "next", "language"),
}


def names_read() -> list[str]:
    """Every name that a view, a form or the admin looks up in what is sent."""
    found = OF_THE_ADMIN | {*READERS, BACK}
    for app in ("pos", "customers", "sales", "config"):
        for path in (ROOT / app).rglob("*.py"):
            found |= set(READS.findall(path.read_text()))
    for form in _subclasses(forms.Form):
        if form.__module__.split(".")[0] in {"pos", "customers", "sales"}:
            found |= set(form.base_fields)
    for one in site._registry.values():
        for item in one.list_filter:
            # A field may come with the class of its filter.
            name = item[0] if isinstance(item, tuple) else item
            found.add(name if isinstance(name, str) else name.parameter_name)
    return sorted(found)


def _subclasses(cls: type) -> Iterator[Any]:
    for one in cls.__subclasses__():
        yield one
        yield from _subclasses(one)


def addresses(known: dict[str, str]) -> list[tuple[str, bool]]:
    """Every address, and whether all that is in its places is known.

    ``known`` is what may be in a place, by the place's name or by the beginning of
    the address and that name.
    """
    found = {}
    for route in _routes(get_resolver().url_patterns, ""):
        places = PLACES.findall(route)
        first = route.split("/")[0]
        right = [known.get(f"{first}/{name}") or known.get(name) for _, name in places]
        if all(right):
            found[_filled(route, right)] = True
        for number in range(4 if places else 0):
            wrong = [_strange(converter)[number] for converter, _ in places]
            found[_filled(route, wrong)] = False
    return list(found.items())


def _filled(route: str, values: Iterable[Any]) -> str:
    rest = iter(values)
    return "/" + PLACES.sub(lambda _: str(next(rest)), route)


def _strange(converter: str) -> list[str]:
    if converter == "uuid":
        return [str(uuid7()), str(UUID(int=0)), "abc", "9" * 30]
    if converter == "int":
        return ["0", "9" * 30, "abc", "-1"]
    return ["abc", "9" * 30, "_00", "%F0%9F%98%80"]


def _routes(patterns: Iterable[Any], before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", route).removesuffix("\\Z")


def mutations(content: Any) -> Iterator[list[Any]]:
    """For each place in JSON content, the content with each hostile value there."""
    for place in _places_in(content):
        yield [_replaced(content, place, value) for value in JSON]


def _places_in(content: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(content, dict):
        pairs = content.items()
    elif isinstance(content, list):
        pairs = enumerate(content)
    for key, value in pairs:
        yield from _places_in(value, (*at, key))


def _replaced(content: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    first, *rest = place
    copy = content.copy()
    copy[first] = _replaced(content[first], tuple(rest), value)
    return copy


class Forms(HTMLParser):
    """The forms of a page: address, method and fields as a browser would send them."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self._path = path
        self._select = ""
        self.feed(page)
        # A dialog's own form closes it, and sends nothing.
        self.found = [one for one in self.found if one[1] != "dialog"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add a form, or a field to the last one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            address = given.get("action") or self._path
            self.found.append((address, given.get("method", "get").lower(), {}))
        if not self.found:
            return
        fields = self.found[-1][2]
        if tag in {"input", "textarea", "button", "select"} and given.get("name"):
            fields[given["name"]] = given.get("value", "")
            self._select = given["name"]
        elif tag == "option" and ("selected" in given or not fields[self._select]):
            fields[self._select] = given.get("value", "")
