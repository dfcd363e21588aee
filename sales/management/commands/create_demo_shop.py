"""Command create_demo_shop: makes a shop with a month of made-up sales."""

from argparse import ArgumentParser
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from pos.access.demo_staff import PASSWORD, STAFF
from pos.core.clock import database_now
from pos.core.errors import DomainError
from pos.management.recorded_command import RecordedCommand
from sales.demo.build.shop import create_demo_shop
from sales.demo.plan.goods import EXAMPLES, WEIGHED_EXAMPLE, WEIGHED_GRAMS

# Of progress: a line every few seconds.
DAYS_BETWEEN = 3


class Command(RecordedCommand):
    help = (
        "Make a minimart to look at: goods, people and a month of sales, all made up."
        " Only in a database without a company. Prints who may sign in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", default="1", help="Another seed, another month. (default: 1)"
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="The morning that the shop is at; the same seed and day make the"
            " same shop. Without it: today, and nothing later than now.",
        )

        parser.add_argument(
            "--days",
            type=int,
            choices=range(1, 367),
            default=30,
            metavar="N",
            help="How many days of sales lie behind it. (default: 30)",
        )

    def handle(
        self, *, seed: str, today: date | None, days: int, **options: Any
    ) -> None:
        moment = database_now()
        until = None if today else moment
        today = today or moment.astimezone(ZoneInfo("Asia/Singapore")).date()

        def report(made: int) -> None:
            if not made:
                self.stderr.write("The goods and people of the shop are there.", str)
            elif made == days:
                self.stderr.write("Its sales are made; this morning is next.", str)
            elif made % DAYS_BETWEEN == 0:
                self.stderr.write(f"{made} of {days} days of sales are made.", str)

        try:
            company = create_demo_shop(
                seed=seed, today=today, days=days, now=until, report=report
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        width = max(len(person.username) for person in STAFF)
        self.stdout.write(f"{company} (demo shop). Sign in as:")
        for person in STAFF:
            self.stdout.write(
                f"  {person.username:{width}}  {PASSWORD}  PIN {person.pin}"
                f"  {person.role}, {person.name}"
            )
        self.stdout.write("Barcodes to scan or to type:")
        for product in EXAMPLES:
            self.stdout.write(f"  {product.barcode}  {product.name}")
        label = WEIGHED_EXAMPLE.label(WEIGHED_GRAMS)
        name, grams = WEIGHED_EXAMPLE.name, WEIGHED_GRAMS
        self.stdout.write(f"  {label}  {name}, {grams} g by the label of a scale")
