"""Figures: medians, percentiles and ratios of the measurements; pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tests.benchmark.machine import UsageDelta


@dataclass(frozen=True)
class Timed:
    """What one process or browser did: the seconds of each request."""

    latencies: list[float]
    seconds: float
    ran_out: bool = False


@dataclass(frozen=True)
class Measure:
    """One run of some seconds; ``cpu_ms`` is per request, by part."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: dict[str, float]
    foreign_cores: float
    is_disturbed: bool

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def summarize(timed: Sequence[Timed], used: UsageDelta) -> Measure:
    """The figures of all processes or browsers together."""
    latencies = [latency for one in timed for latency in one.latencies]
    return Measure(
        per_second=sum(len(one.latencies) / one.seconds for one in timed),
        p50_ms=percentile(latencies, 0.5) * 1000,
        p99_ms=percentile(latencies, 0.99) * 1000,
        cpu_ms={
            name: seconds / len(latencies) * 1000
            for name, seconds in used.parts.items()
        },
        foreign_cores=used.foreign_cores,
        is_disturbed=used.is_disturbed,
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that this share of them does not exceed.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.99)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_of(measures: Sequence[Measure]) -> Measure:
    """The median of each figure; disturbed if most of the runs were."""
    return Measure(
        per_second=median(m.per_second for m in measures),
        p50_ms=median(m.p50_ms for m in measures),
        p99_ms=median(m.p99_ms for m in measures),
        cpu_ms={
            name: median(m.cpu_ms[name] for m in measures)
            for name in measures[0].cpu_ms
        },
        foreign_cores=median(m.foreign_cores for m in measures),
        is_disturbed=sum(m.is_disturbed for m in measures) * 2 > len(measures),
    )


def ratio(over: Sequence[Measure], under: Sequence[Measure]) -> float:
    """The median of the ratios of pieces a second, round by round.

    The speed of a shared machine drifts; within a round it is much the same.
    """
    return median(a.per_second / b.per_second for a, b in zip(over, under, strict=True))


def cpu_ratio(over: Sequence[Measure], under: Sequence[Measure]) -> float:
    """The same by processor time: the ratio without any waiting.

    Steadier than :func:`ratio` where others use the machine, too.
    """
    return median(
        sum(b.cpu_ms.values()) / (sum(a.cpu_ms.values()) or math.nan)
        for a, b in zip(over, under, strict=True)
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below their head in columns, the first to the left.

    >>> print(table(["a", "b"], [["x", "10"]]))
    a   b
    x  10
    """
    grid = [head, *rows]
    widths = [max(len(row[i]) for row in grid) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in grid
    )


def head(measure: Measure) -> list[str]:
    """The column heads of such measures."""
    parts = [f"{name} ms" for name in measure.cpu_ms]
    return ["per second", "p50 ms", "p99 ms", *parts, "foreign cores"]


def cells(measure: Measure) -> list[str]:
    """The figures as they are printed."""
    return [
        f"{measure.per_second:,.0f}",
        f"{measure.p50_ms:.2f}",
        f"{measure.p99_ms:.2f}",
        *(f"{cpu:.2f}" for cpu in measure.cpu_ms.values()),
        f"{measure.foreign_cores:.2f}{'!' if measure.is_disturbed else ''}",
    ]
