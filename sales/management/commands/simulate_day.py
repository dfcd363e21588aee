from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.models import Company
from sales.services.demo.uids import COMPANY as DEMO
from sales.simulation.day import Day, FailedError, simulate


class Command(BaseCommand):
    help = (
        "Let made-up shop days pass through the services, and compare every step"
        " with a plain model of the shop. Each day is a company of its own in one"
        " transaction that is undone, so nothing is left; but it writes all the"
        " while, and so runs only where nobody sells: bin/dev simulate gives it a"
        " database of its own. The same seed is the same day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="The first day.")
        parser.add_argument("--seeds", type=int, default=1, help="How many days.")
        parser.add_argument("--steps", type=int, default=200, help="Steps of a day.")

    def handle(
        self, *, seed: int, seeds: int, steps: int, verbosity: int, **options: Any
    ) -> None:
        if Company.objects.exclude(uid=DEMO).exists():
            raise CommandError(
                "This database holds a shop, whose tills a simulation might keep"
                " waiting. bin/dev simulate makes a database for it."
            )
        began = perf_counter()
        days = []
        for number in range(seed, seed + seeds):
            days.append(self._day(number, steps))
            if verbosity and (len(days) % 10 == 0 or len(days) == seeds):
                self.stderr.write(f"{len(days)} of {seeds} days", str)
        milliseconds = round((perf_counter() - began) * 1000)
        self.stdout.write(_told(days, steps, milliseconds))

    def _day(self, seed: int, steps: int) -> Day:
        try:
            return simulate(seed=seed, steps=steps)
        except FailedError as error:
            raise CommandError(
                f"{error}\nAgain: bin/dev simulate --seed {seed} --steps {error.step}"
            ) from error


def _told(days: list[Day], steps: int, milliseconds: int) -> str:
    return (
        f"{len(days)} seeds, {steps} steps each:"
        f" {sum(day.sales for day in days):,} sales,"
        f" {sum(day.refunds for day in days):,} refunds,"
        f" {sum(day.refusals for day in days):,} refusals;"
        f" model and books agree ({milliseconds:,} ms)."
    )
