"""Command replay_sales: sells the invoices of a CSV file again."""

import json
from argparse import ArgumentParser
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.core.csv_reader import UnreadableError, read_table
from pos.core.errors import DomainError
from pos.management.arguments import (
    get_company,
    get_outlet,
    get_staff_member,
    require_may,
)
from sales.history.invoices import Invoice, Skipped, read_invoices
from sales.history.replay import ReplayResult, replay_sales


class Command(BaseCommand):
    help = (
        "Sell the invoices of a CSV file again, each at its own time: columns"
        " InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice and"
        " CustomerID. Cancellations (numbers that begin with C) are refunded where"
        " their sale is known. May be stopped and run again: nothing is sold twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--outlet", metavar="CODE", help="Where it was. Needed with several."
        )
        parser.add_argument(
            "--till",
            metavar="CODE",
            default="REPLAY",
            help="The till of the replay, made on first use. (default: REPLAY)",
        )
        parser.add_argument(
            "--staff", metavar="NAME", help="Who was the cashier; otherwise the owner."
        )
        parser.add_argument(
            "--json", action="store_true", help="Give the result as JSON."
        )

    def handle(
        self, *, file: Path, company: str, till: str, verbosity: int, **options: Any
    ) -> None:
        outlet = get_outlet(get_company(company), options["outlet"])
        actor = get_staff_member(outlet.company, options["staff"])
        require_may(
            actor,
            "sales.sell",
            "sales.finalize_sale",
            "sales.refund_sale",
            "sales.open_shift",
            "sales.close_shift",
        )
        invoices = self._read(file)
        total = len(invoices)

        def progress(done: int) -> None:
            if verbosity and (done % 500 == 0 or done == total):
                self.stderr.write(f"{done:,} of {total:,} invoices", str)

        try:
            result = replay_sales(
                outlet=outlet,
                till_code=till,
                invoices=invoices,
                actor=actor,
                progress=progress,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if result.known:
            self.stderr.write(f"{result.known:,} invoices were there already", str)
        places = outlet.company.currency_places
        text = _as_json(result, places) if options["json"] else _as_text(result, places)
        self.stdout.write(text)
        for why, count in result.refunded.not_refunded.items():
            text = f"{count:,} lines of cancellations are not refunded: {why}"
            self.stderr.write(text, str)
        for number, reason in result.refused.items():
            self.stderr.write(f"Invoice {number}: {reason}")
        if result.refused:
            raise CommandError(f"{len(result.refused):,} invoices were refused.")

    def _read(self, file: Path) -> list[Invoice]:
        """Read the file's invoices; print every line that is not sold."""
        try:
            invoices, problems = read_invoices(read_table(file.read_bytes()))
        except (OSError, UnreadableError) as error:
            raise CommandError(f"{file}: {error}") from error
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems):,} bad lines, so nothing is sold.")
        for line in chain.from_iterable(i.lines for i in invoices if not i.skipped):
            if line.fault:
                text = f"Line {line.line}: not sold, {line.fault}"
                self.stderr.write(f"{text} (invoice {line.invoice})", str)
        return invoices


def _as_json(result: ReplayResult, places: int) -> str:
    return json.dumps(
        {
            "invoices": result.invoices,
            "finalized": result.finalized,
            "skipped": {reason.value: result.skipped[reason] for reason in Skipped},
            "lines": result.lines,
            "total": f"{result.total:.{places}f}",
            "refunded": {
                "invoices": result.refunded.invoices,
                "lines": result.refunded.lines,
                "total": f"{result.refunded.total:.{places}f}",
            },
        }
    )


def _as_text(result: ReplayResult, places: int) -> str:
    skipped = ", ".join(f"{result.skipped[reason]:,} {reason}" for reason in Skipped)
    refunded = result.refunded
    return (
        f"{result.finalized:,} of {result.invoices:,} invoices are finalized:"
        f" {result.lines:,} lines, {result.total:,.{places}f}. Skipped: {skipped}."
        f" Of the cancellations {refunded.invoices:,} are refunded:"
        f" {refunded.lines:,} lines, {refunded.total:,.{places}f}."
    )
