"""Reports: ``python -m tests.benchmark.reports`` times every report on big books.

It makes the books of a chain of shops on a throw-away cluster, opens shifts and sells
in them, and asks for each report as a person's browser would, of a month and of a year:
request by request, in this process. It fails where one of twenty takes longer than it
may.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

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
from tests.benchmark.figures import percentile, table
from tests.support.throwaway import throwaway_cluster

if TYPE_CHECKING:
    from django.test import Client

# What 95 of 100 requests have to be answered in, in milliseconds.
LIMITS = {"month": 300, "year": 1_000}
DAYS = {"month": 31, "year": 365}
MONTH_SALES = 50_000
# Sales of an outlet in a week, as the books are made.
WEEK_SALES = 1_330
# With statistics that are as old as a night, and this much in open shifts.
OPEN_SALES = 60
STATEMENTS_MAX = 10


@dataclass(frozen=True, slots=True)
class Page:
    """An address to measure; ``query`` without its dates."""

    name: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a page took, in milliseconds, and its statements."""

    page: Page
    period: str
    times: Sequence[float]
    statements: int
    foreign_cores: float

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return percentile(sorted(self.times), 0.95)

    @property
    def is_slow(self) -> bool:
        return self.p95 > LIMITS[self.period]

    @property
    def cells(self) -> list[str]:
        times = [f"{time_:.0f}" for time_ in (self.p50, self.p95, max(self.times))]
        remark = "too slow" if self.is_slow else ""
        foreign = f"{self.foreign_cores:.2f}"
        if self.foreign_cores > machine.FOREIGN_CORES_MAX:
            foreign += "!"
        cells = [str(self.statements), foreign, remark]
        return [self.page.name, self.period, *times, *cells]


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.reports")
    parser.add_argument("--sales", type=int, default=100_000, metavar="N")
    parser.add_argument("--runs", type=int, default=30, metavar="N")
    parser.add_argument("--only", default="", metavar="NAME", help="pages so named")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = read_options(arguments)
    with throwaway_cluster() as cluster:
        make_database(cluster, NAME)
        connect_django(environment_of(cluster))
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        today = _make_books(superuser_of(cluster), options.sales)
        timings = list(_measure(options, today, postmaster(cluster)))
    _say(f"{machine.description()}; {options.runs} requests each, in milliseconds")
    columns = ["page", "of a", "p50", "p95", "worst", "statements", "foreign cores", ""]
    _say(table(columns, [timing.cells for timing in timings]))
    return 1 if any(timing.is_slow for timing in timings) else 0


def weeks_of(sales: int) -> int:
    """Return how many weeks such books are of: a month has so many sales at least."""
    month = WEEK_SALES * DAYS["month"] / 7
    outlets = -(-MONTH_SALES // month)
    return int(min(max(sales / (outlets * WEEK_SALES), 5), 52))


def _make_books(conninfo: str, sales: int) -> date:
    """Make the books, and sell today in shifts that stay open; return today."""
    from django.utils.timezone import localdate

    from tests.benchmark.bulk.maker import make_books

    today = localdate()
    began = time.monotonic()
    weeks = weeks_of(sales)
    made = make_books(conninfo, sales=sales, today=today, weeks_max=weeks)
    took = time.monotonic() - began
    _say(f"{made:,} sales of {weeks} weeks made in {took:.0f} s")
    _sell_today()
    return today


def _sell_today() -> None:
    from pos.core.ids import uuid7
    from pos.models import Product, StaffMember, Till
    from sales.basket.create import NewLine, create_open_sale
    from sales.checkout.finalize import finalize_sale
    from sales.shifts.open import open_shift
    from tests.support.tenders import card

    actor = StaffMember.objects.filter(role__code="owner").earliest("pk")
    products = list(Product.objects.filter(is_open_price=False)[:20])
    tills = Till.objects.select_related("company", "outlet").order_by("pk")
    for till in tills[:2]:
        open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor)
        for number in range(OPEN_SALES):
            chosen = [products[(number + n) % len(products)] for n in range(3)]
            lines = [NewLine(product, Decimal(1)) for product in chosen]
            sale = create_open_sale(uid=uuid7(), till=till, lines=lines, actor=actor)
            tenders = [card(sale.total + sale.deposits)]
            finalize_sale(uid=sale.uid, tenders=tenders, actor=actor)


def _measure(
    options: argparse.Namespace, today: date, database: int
) -> Iterator[Timing]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(_make_owner())
    for period, days in DAYS.items():
        dates = {"from": f"{today - timedelta(days - 1)}", "to": f"{today}"}
        for page in _list_pages():
            if options.only in page.name:
                query = {**dates, **page.query}
                before = _usage(database)
                times, statements = _time(client, page, query, options.runs)
                spent = machine.usage_between(before, _usage(database))
                yield Timing(page, period, times, statements, spent.foreign_cores)


def _usage(database: int) -> machine.Usage:
    return machine.usage(here=[os.getpid()], database=machine.process_tree(database))


def _time(
    client: "Client", page: Page, query: Mapping[str, str], runs: int
) -> tuple[list[float], int]:
    """Return how long each request took, in milliseconds, and its statements."""
    from django.db import connection

    counted = [0]

    def count(execute: Any, *call: Any) -> Any:
        counted[0] += 1
        return execute(*call)

    times = []
    for _run in range(runs + 1):
        counted[0] = 0
        began = time.perf_counter()
        with connection.execute_wrapper(count):
            response = client.get(page.path, query)
        times.append((time.perf_counter() - began) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{page.name}: {response.status_code}")
    # The first fills caches that a server has filled.
    return times[1:], counted[0]


def _make_owner() -> Any:
    """A person of the company who may see everything."""
    from pos.models import StaffMember

    owner = StaffMember.objects.filter(role__code="owner").earliest("pk")
    StaffMember.objects.filter(pk=owner.pk).update(is_superuser=True, is_staff=True)
    return StaffMember.objects.get(pk=owner.pk)


def _list_pages() -> Iterator[Page]:
    """The overview, every report, and the receipts of figures of each kind."""
    from django.urls import reverse

    from sales.reports.every import REPORTS

    yield Page("overview", reverse("sales:overview"))
    for name in REPORTS:
        yield Page(name, reverse("sales:report", args=[name]))
    # A row for each day, also of a year.
    yield Page("day by day", reverse("sales:report", args=["days"]), {"step": "day"})
    receipts = reverse("sales:report_receipts")
    for name, query in _list_figures():
        yield Page(f"receipts: {name}", receipts, query)


def _list_figures() -> Iterator[tuple[str, dict[str, str]]]:
    from django.db.models import Sum

    from pos.models import Product
    from sales.models import Sale, ShiftReason

    sold = Product.objects.annotate(sold=Sum("sale_lines__quantity"))
    best, *_others = sold.filter(sold__gt=0).order_by("-sold")
    cashier = Sale.objects.finalized().latest("pk").cashier
    reason = ShiftReason.objects.filter(what="line_discount").first()
    yield "sales", {}
    yield "discounts", {"figure": "discounts"}
    yield "an hour", {"weekday": "6", "hour": "12", "figure": "gross"}
    yield "a product", {"product": str(best.uid), "figure": "discounts"}
    yield (
        "a category",
        {"category": str(best.category.uid) if best.category else "none"},
    )
    yield "a cashier", {"cashier": str(cashier.uid), "figure": "refunds"}
    yield "a tender", {"tender": "voucher"}
    yield "a rate", {"tax": best.tax_code, "kind": "refund"}
    yield "voids", {"what": "void"}
    if reason is not None:
        yield "a reason", {"what": "line_discount", "reason": reason.reason}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
