"""Report: what is printed, and what is written as JSON."""

import math
from collections.abc import Mapping
from typing import Any

from tests.benchmark.figures import (
    Measure,
    cells,
    cpu_ratio,
    head,
    median_of,
    ratio,
    table,
)
from tests.benchmark.finalizing import NAMES, Measures

TITLES = {
    "service": "finalize_sale",
    "round trips": "bare SQL, 12 round trips",
    "one statement": "bare SQL, one statement",
    "operations": "a scan",
    "checkouts": "a checkout",
    "minutes": "a till-minute",
}


def finalizing_text(measures: Measures, statements: Mapping[str, int]) -> str:
    """A table for each number of processes, the service in relation to the others."""
    service = measures["service"]
    tables = []
    for level in service:
        rows = []
        for name in NAMES:
            runs = measures[name][level]
            shares = ["", ""]
            if name != "service":
                shares = [
                    f"{of(service[level], runs):.2f}" for of in (ratio, cpu_ratio)
                ]
            rows.append(
                [TITLES[name], *cells(median_of(runs)), str(statements[name]), *shares]
            )
        title = f"{level} {'process' if level == 1 else 'processes'}"
        columns = [*head(service[level][0]), "statements", "service / it", "by cpu"]
        tables.append(table([title, *columns], rows))
    return "\n\n".join(tables)


def finalizing_json(
    measures: Measures, statements: Mapping[str, int]
) -> dict[str, Any]:
    """Every run, and the ratios that count."""
    service = measures["service"]
    return {
        "statements": statements,
        "runs": {
            name: {level: [m.as_json() for m in runs] for level, runs in of.items()}
            for name, of in measures.items()
        },
        "service_in_relation_to": {
            name: {
                level: {
                    "per_second": ratio(service[level], runs),
                    "cpu": _or_none(cpu_ratio(service[level], runs)),
                }
                for level, runs in of.items()
            }
            for name, of in measures.items()
            if name != "service"
        },
    }


def pages_text(measures: Mapping[str, Measure], connections: int) -> str:
    """One table, a row for each kind of request."""
    columns = head(next(iter(measures.values())))
    return table(
        [f"{connections} connections", *columns],
        [[TITLES[name], *cells(measure)] for name, measure in measures.items()],
    )


def _or_none(value: float) -> float | None:
    """Replace NaN, which JSON does not have."""
    return None if math.isnan(value) else value
