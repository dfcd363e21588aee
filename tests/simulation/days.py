"""Days: several made-up days, one after the other, in this process."""

import sys
from collections.abc import Sequence
from time import perf_counter

from tests.simulation.day import Day, FailedError, simulate


def run_days(*, seed: int, seeds: int, steps: int) -> int:
    """Simulate the days; print what they saw, or how to see a failure again.

    Returns the exit code: 1 where books and model differ.
    """
    start = perf_counter()
    days = []
    for number in range(seed, seed + seeds):
        try:
            days.append(simulate(seed=number, steps=steps))
        except FailedError as error:
            sys.stderr.write(
                f"{error}\nAgain: bin/dev simulate"
                f" --seed {error.seed} --steps {error.step}\n"
            )
            return 1
        if len(days) % 10 == 0 or len(days) == seeds:
            sys.stderr.write(f"{len(days)} of {seeds} days\n")
    milliseconds = round((perf_counter() - start) * 1000)
    sys.stdout.write(f"{describe(days, steps=steps)} ({milliseconds:,} ms).\n")
    return 0


def describe(days: Sequence[Day], *, steps: int) -> str:
    """Return in one line what the days have seen."""
    return (
        f"{len(days)} seeds, {steps} steps each:"
        f" {sum(day.sales for day in days):,} sales,"
        f" {sum(day.refunds for day in days):,} refunds,"
        f" {sum(day.refusals for day in days):,} refusals;"
        " model and books agree"
    )
