"""Speed of verify_books: ``python -m tests.benchmark.verify_speed``."""

import argparse
import os
import sys
import time

import tests.support.environment  # noqa: F401  # before the settings are read
from tests.benchmark import machine
from tests.benchmark.database import (
    benchmark_cluster,
    connect_django,
    environment_of,
    gather_statistics,
    history_may_be_written,
    postmaster,
    search_indexes_afterwards,
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.verify_speed")
    parser.add_argument("--sales", type=int, default=100_000, metavar="N")
    parser.add_argument("--slowest", type=int, default=10, metavar="N")
    options = parser.parse_args(arguments)
    with benchmark_cluster() as cluster:
        connect_django(environment_of(cluster))
        from django.core.management import call_command

        from sales.books.run import verify
        from tests.benchmark import history, shop

        call_command("migrate", interactive=False, verbosity=0)
        with search_indexes_afterwards(cluster):
            shop.make_benchmark_shop(products=1_000, customers=5_000)
        began = time.monotonic()
        with history_may_be_written(cluster):
            history.make_years(sales=options.sales)
        _say(f"{options.sales:,} sales made in {time.monotonic() - began:.0f} s")
        gather_statistics(cluster)
        parts = {"here": [os.getpid()], "database": machine.family(postmaster(cluster))}
        before = machine.usage(**parts)
        outcomes = verify()
        spent = machine.spent(before, machine.usage(**parts))
    _say(
        f"{len(outcomes)} checks of {options.sales:,} sales in {spent.seconds:.1f} s;"
        f" processor: {spent.parts['here']:.1f} s here,"
        f" {spent.parts['database']:.1f} s in the database,"
        f" {spent.foreign_cores:.1f} cores taken by others"
    )
    by_time = sorted(outcomes, key=lambda outcome: -outcome.milliseconds)
    for outcome in by_time[: options.slowest]:
        _say(f"{outcome.check.id} {outcome.milliseconds:>7,} ms")
    wrong = [outcome for outcome in outcomes if not outcome.holds]
    for outcome in wrong:
        _say(f"{outcome.check.id} {outcome.count} {outcome.offenders} {outcome.error}")
    return 1 if wrong else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
