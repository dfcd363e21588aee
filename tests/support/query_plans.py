"""Query plans: what a page reads in the database, row by row."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Plan:
    """How the database answered a SELECT.

    ``read`` counts the rows of each table that were looked at, also those that a
    condition left out; ``whole`` are the tables that were read from end to end.
    """

    sql: str
    params: Any
    read: Mapping[str, int]
    whole: frozenset[str]


@dataclass(slots=True)
class Asked:
    """The SELECTs that a page asks, each with its values."""

    selects: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.lstrip(" (").startswith(("SELECT", "WITH")) and "FOR NO KEY" not in sql:
            self.selects.append((sql, params))
        return execute(sql, params, many, context)

    def explain(self) -> list[Plan]:
        return [explain(sql, params) for sql, params in self.selects]


@contextmanager
def asked_selects() -> Iterator[Asked]:
    """Note what the block asks of the database."""
    asked = Asked()
    with connection.execute_wrapper(asked):
        yield asked


def explain(sql: str, params: Any) -> Plan:
    """Run the SELECT once more, and return what it read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        (answer,) = cursor.fetchone()
    trees = json.loads(answer) if isinstance(answer, str) else answer
    read: Counter[str] = Counter()
    whole = set()
    for node in _nodes([tree["Plan"] for tree in trees]):
        if (table := node.get("Relation Name")) and node["Actual Loops"]:
            read[table] += _rows_of(node)
            if node["Node Type"] == "Seq Scan":
                whole.add(table)
    return Plan(sql, params, read, frozenset(whole))


def _nodes(plans: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for plan in plans:
        yield plan
        yield from _nodes(plan.get("Plans", []))


def _rows_of(node: Mapping[str, Any]) -> int:
    kept = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return round(sum(node.get(name, 0) for name in kept) * node["Actual Loops"])
