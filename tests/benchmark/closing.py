"""Closing: ``python -m tests.benchmark.closing`` times the close of a busy shift.

A close is what it was plus what it adds up for reports: both are printed, and the run
fails when the figures take longer than they may.
"""

import argparse
import random
import statistics
import sys
import time
from decimal import Decimal
from typing import Any

import tests.support.environment  # noqa: F401  # before the settings are read
from tests.benchmark import machine
from tests.benchmark.database import (
    benchmark_cluster,
    connect_django,
    environment_of,
    gather_statistics,
)

# How much slower a close may be than without figures.
FIGURES_MAX_MS = 150
FIGURES = ('INSERT INTO "sales_shift', 'INSERT INTO "sales_product')


class Stopwatch:
    """Adds up the time of a connection's statements, those of the figures apart."""

    def __init__(self) -> None:
        self.figures = 0.0
        self.statements = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.statements += 1
            if str(sql).startswith(FIGURES):
                self.figures += time.perf_counter() - began


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.closing")
    parser.add_argument("--sales", type=int, default=500, metavar="N")
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--products", type=int, default=5_000, metavar="N")
    options = parser.parse_args(arguments)
    with benchmark_cluster() as cluster:
        connect_django(environment_of(cluster))
        from django.core.management import call_command

        from tests.benchmark import shop

        call_command("migrate", interactive=False, verbosity=0)
        shop.make_benchmark_shop(products=options.products, customers=100)
        closes, figures = [], []
        for number in range(options.rounds + 1):
            whole, own, statements = _close_a_shift(number, sales=options.sales)
            if number:  # the first warms up
                closes.append(whole * 1000)
                figures.append(own * 1000)
            gather_statistics(cluster)
    _say(f"{machine.description()}; {options.rounds} closes of {options.sales} sales")
    _say(f"close    {_describe(closes)}, {statements} statements")
    _say(f"figures  {_describe(figures)}, at most {FIGURES_MAX_MS} ms")
    return 1 if statistics.median(figures) > FIGURES_MAX_MS else 0


def _close_a_shift(number: int, *, sales: int) -> tuple[float, float, int]:
    """Sell so much at the first till, close it, open it again; return seconds."""
    from django.db import connection

    from pos.core.ids import uuid7
    from pos.models import StaffMember, Till
    from sales.checkout.drawer_cash import expected_cash
    from sales.checkout.finalize import finalize_sale
    from sales.checkout.settlement import TenderInput
    from sales.models import Shift, Tender
    from sales.shifts.close import close_shift
    from sales.shifts.open import open_shift
    from tests.benchmark.baskets import TENDERED, BasketMaker, open_baskets

    till = Till.objects.select_related("company").earliest("pk")
    actor = StaffMember.objects.get()
    BasketMaker(random.Random(number)).top_up(till, sales)
    for uid in open_baskets(till)[:sales]:
        finalize_sale(
            uid=uid, tenders=[TenderInput(Tender.Kind.CASH, TENDERED)], actor=actor
        )
    shift = Shift.objects.at_till(till.pk).open().get()
    counted = expected_cash(shift)
    stopwatch = Stopwatch()
    began = time.perf_counter()
    with connection.execute_wrapper(stopwatch):
        close_shift(uid=shift.uid, counted_cash=counted, actor=actor)
    took = time.perf_counter() - began
    open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor)
    return took, stopwatch.figures, stopwatch.statements


def _describe(times: list[float]) -> str:
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
