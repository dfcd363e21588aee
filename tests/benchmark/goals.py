"""Goals: what a cashier waits for at most, and what the till's page weighs; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmark.figures import percentile

KILOBYTE = 1024
# In milliseconds, of 95 of 100; by the beginning of a name.
GOALS = {
    "scan": 100,
    "key": 100,
    "tap": 100,
    "panel": 120,
    "quick cash": 400,
    "cold": 1_200,
    "warm": 600,
}
SCRIPTS_MAX = 40 * KILOBYTE
STYLES_MAX = 16 * KILOBYTE


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what was found, and whether it is good enough."""

    name: str
    cells: Sequence[str]
    is_missed: bool = False

    @property
    def columns(self) -> list[str]:
        return [self.name, *self.cells, "missed" if self.is_missed else ""]


def compare_times(times: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    """Compare each kind of waiting, in milliseconds, with its goal."""
    for name, found in times.items():
        goal = GOALS[name.partition(":")[0]]
        p95 = percentile(found, 0.95)
        figures = (median(found), p95, max(found), goal)
        cells = [*(f"{figure:.0f}" for figure in figures), str(len(found))]
        yield Row(name, cells, is_missed=p95 > goal)


def compare_weight(name: str, weight: int, goal: int | None, files: int) -> Row:
    """Compare bytes with their goal, where they have one."""
    cells = [f"{weight / KILOBYTE:.1f} KB", f"{goal // KILOBYTE} KB" if goal else ""]
    missed = goal is not None and weight > goal
    return Row(name, ["", *cells[:1], "", *cells[1:], str(files)], missed)


def compare_shift(shift: float) -> Row:
    """Nothing may move by itself; a part of a pixel is nothing."""
    found = f"{shift:.4f}"
    return Row("layout shift", ["", found, "", "0", ""], float(found) > 0)
