"""Cached include: a fragment that is drawn once for the same facts, and then kept.

A basket of twenty lines is sent after each scan, and nineteen of them look as before.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, cast

from django import template
from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, Model
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Fragments that a process keeps, of about one kilobyte each.
FRAGMENTS_MAX = 4_000

# Fields whose values cannot be looked up.
LISTS = (ArrayField, JSONField)


@register.simple_tag
def cached_include(name: str, **facts: Any) -> SafeString:
    """Draw the template with these facts, or return what was drawn of the same.

    It is given nothing else: no request, no permissions, nobody's name. A model counts
    by the values of its own columns, and has nothing else: neither what was joined or
    annotated, nor what was set on it since. Not for what is personal: it is kept.
    """
    return _draw(name, get_language(), _Facts(facts))


class _Facts:
    """Facts that are the same as others of equal values."""

    __slots__ = ("key", "values")

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.values: Mapping[str, Any] | None = facts
        self.key = tuple((name, _identify(fact)) for name, fact in facts.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts) and self.key == other.key


@lru_cache(maxsize=FRAGMENTS_MAX)
def _draw(name: str, language: str, facts: _Facts) -> SafeString:
    assert facts.values is not None
    own = {name: _only_columns(fact) for name, fact in facts.values.items()}
    facts.values = None  # only the key is kept
    # Escaped there, although it is not so typed.
    return cast("SafeString", get_template(name).render(own))


def _identify(fact: Any) -> Hashable:
    """Return what two facts have in common that look the same."""
    if isinstance(fact, Model):
        # In a column 2 and 2.00 are the same.
        return type(fact), _columns(type(fact))(fact), repr(_lists(fact))
    # Here they would not look the same, and nor would 1 and True.
    return type(fact), str(fact) if isinstance(fact, Decimal) else fact


@cache
def _columns(model: type[Model]) -> Callable[[Model], tuple[Any, ...]]:
    """Return what reads the values of a row, without its lists."""
    fields = model._meta.concrete_fields
    return attrgetter(*[f.attname for f in fields if not isinstance(f, LISTS)])


@cache
def _list_names(model: type[Model]) -> Sequence[str]:
    return [f.attname for f in model._meta.concrete_fields if isinstance(f, LISTS)]


def _lists(row: Model) -> list[Any]:
    return [getattr(row, name) for name in _list_names(type(row))]


def _only_columns(fact: Any) -> Any:
    if not isinstance(fact, Model):
        return fact
    names = [field.attname for field in fact._meta.concrete_fields]
    values = [getattr(fact, name) for name in names]
    return type(fact).from_db(fact._state.db, names, values)
