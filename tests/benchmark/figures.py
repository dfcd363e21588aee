"""What is made of the measurements; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Measure:
    """One contestant at one load: a run of some seconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    client_ms: float
    server_ms: float
    foreign_cores: float
    is_disturbed: bool

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of them does not exceed.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.99)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def typical(measures: Sequence[Measure]) -> Measure:
    """The median of each figure; disturbed if most of the runs were."""
    return Measure(
        *(
            median(getattr(measure, name) for measure in measures)
            for name in Measure.__dataclass_fields__
            if name != "is_disturbed"
        ),
        is_disturbed=sum(m.is_disturbed for m in measures) * 2 > len(measures),
    )


def ratio(over: Sequence[Measure], under: Sequence[Measure]) -> float:
    """The median of the ratios of sales a second, round by round.

    The speed of a shared machine drifts; within a round it is much the same.
    """
    return median(a.per_second / b.per_second for a, b in zip(over, under, strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows below their head in columns, the first to the left.

    >>> print(table(["a", "b"], [["x", "10"]]))
    a   b
    x  10
    """
    grid = [head, *rows]
    widths = [max(len(row[i]) for row in grid) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in grid
    )


def cells(measure: Measure) -> list[str]:
    """The figures as they are printed."""
    return [
        f"{measure.per_second:,.0f}",
        f"{measure.p50_ms:.2f}",
        f"{measure.p99_ms:.2f}",
        f"{measure.client_ms:.2f}",
        f"{measure.server_ms:.2f}",
        f"{measure.foreign_cores:.2f}{'!' if measure.is_disturbed else ''}",
    ]


Results = Mapping[str, Mapping[int, Sequence[Measure]]]
