"""Speed of verify_books: ``python -m tests.benchmark.verify_speed``."""

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

import tests.support.environment  # noqa: F401  # before the settings are read
from config.localdb.roles import make_database
from tests.benchmark import machine
from tests.benchmark.database import (
    NAME,
    connect_django,
    environment_of,
    postmaster,
    superuser_of,
)
from tests.support.throwaway import throwaway_cluster

if TYPE_CHECKING:
    from sales.books.run import Outcome


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.verify_speed")
    parser.add_argument("--sales", type=int, default=100_000, metavar="N")
    parser.add_argument("--slowest", type=int, default=10, metavar="N")
    options = parser.parse_args(arguments)
    with throwaway_cluster() as cluster:
        make_database(cluster, NAME)
        connect_django(environment_of(cluster))
        from django.core.management import call_command
        from django.utils.timezone import localdate, now

        from pos.models import Company
        from sales.books.proof import Proof, save_proof
        from sales.books.run import run_checks
        from tests.benchmark.bulk.maker import make_books

        call_command("migrate", interactive=False, verbosity=0)
        began = time.monotonic()
        sales = make_books(
            superuser_of(cluster), sales=options.sales, today=localdate()
        )
        _say(f"{sales:,} sales made in {time.monotonic() - began:.0f} s")
        parts = {
            "here": [os.getpid()],
            "database": machine.process_tree(postmaster(cluster)),
        }
        before = machine.usage(**parts)
        whole = run_checks(timeout_seconds=3600)
        spent = machine.usage_between(before, machine.usage(**parts))
        save_proof(
            proof=Proof(
                whole.outcomes, now(), "bench-books", checkpoints=whole.checkpoints
            ),
            companies=Company.objects.all(),
        )
        before = machine.usage(**parts)
        new = run_checks(timeout_seconds=3600, added_only=True)
        spent_on_new = machine.usage_between(before, machine.usage(**parts))
    _report(f"everything in {sales:,} sales", whole.outcomes, spent, options.slowest)
    _report("what was added since", new.outcomes, spent_on_new, options.slowest)
    wrong = [o for o in [*whole.outcomes, *new.outcomes] if not o.is_clean]
    for outcome in wrong:
        _say(f"{outcome.check.id} {outcome.count} {outcome.offenders} {outcome.error}")
    return 1 if wrong or not new.continues else 0


def _report(
    what: str, outcomes: list["Outcome"], spent: machine.UsageDelta, slowest: int
) -> None:
    _say(
        f"{len(outcomes)} checks of {what} in {spent.seconds:.1f} s;"
        f" processor: {spent.parts['here']:.1f} s here,"
        f" {spent.parts['database']:.1f} s in the database,"
        f" {spent.foreign_cores:.1f} cores taken by others"
    )
    by_time = sorted(outcomes, key=lambda outcome: -outcome.milliseconds)
    for outcome in by_time[:slowest]:
        _say(f"{outcome.check.id} {outcome.milliseconds:>7,} ms")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
