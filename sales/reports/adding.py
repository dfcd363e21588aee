"""Adding: rows of sums put together and taken apart, by their keys; pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

Row = dict[str, Any]
Key = TypeVar("Key", bound=Hashable)


def add(rows: Iterable[Mapping[str, Any]], values: Sequence[str]) -> Row:
    """Return the sum of each value.

    >>> add([{"a": 1, "b": 2}, {"a": 3, "b": 4}], ("a",))
    {'a': 4}
    """
    total: Row = dict.fromkeys(values, 0)
    for row in rows:
        for name in values:
            total[name] += row[name]
    return total


def group(
    rows: Iterable[Mapping[str, Any]],
    key: Callable[[Mapping[str, Any]], Key],
    values: Sequence[str],
) -> dict[Key, Row]:
    """Return the sums of the rows that have a key in common."""
    found: dict[Key, Row] = {}
    for row in rows:
        into = found.setdefault(key(row), dict.fromkeys(values, 0))
        for name in values:
            into[name] += row[name]
    return found


def take_off(
    rows: Iterable[Mapping[str, Any]],
    less: Iterable[Mapping[str, Any]],
    *,
    by: Sequence[str],
    values: Sequence[str],
) -> list[Row]:
    """Return the rows less those with the same ``by``.

    >>> take_off([{"k": 1, "a": 5}], [{"k": 1, "a": 2}], by=("k",), values=("a",))
    [{'k': 1, 'a': 3}]
    """
    off = {tuple(row[name] for name in by): row for row in less}
    left = []
    for row in rows:
        other = off.get(tuple(row[name] for name in by))
        left.append(
            dict(row)
            if other is None
            else {**row, **{name: row[name] - other[name] for name in values}}
        )
    return left
