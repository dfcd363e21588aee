"""Command replay_sales: sells the invoices of a CSV file again."""

import json
from argparse import ArgumentParser
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from pos.core.csv_reader import UnreadableError, read_table
from pos.core.errors import DomainError
from pos.management.arguments import (
    get_company,
    get_outlet,
    get_staff_member,
    require_may,
)
from pos.management.recorded_command import RecordedCommand
from pos.models.voucher import list_kinds
from sales.history.invoice_file import read_invoices
from sales.history.invoices import Invoice, Skipped
from sales.history.replay import ReplayResult, replay_sales
from sales.pricing.totals import NO_DISCOUNT


class Command(RecordedCommand):
    help = (
        "Sell the invoices of a CSV file again, each at its own time: columns"
        " InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice and"
        " CustomerID, and if there are any Payment, Discount, Tax and Unit; see"
        " docs/import-sales.md. Cancellations (C and a number) are refunded where their"
        " sale is known. May be stopped and run again: nothing is sold twice."
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
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")
        parser.add_argument(
            "--json", action="store_true", help="Give the result as JSON."
        )

    def handle(
        self, *, file: Path, company: str, till: str, verbosity: int, **options: Any
    ) -> None:
        outlet = get_outlet(get_company(company), options["outlet"])
        actor = get_staff_member(outlet.company, options["staff"])
        invoices = self._read(file, list_kinds(outlet.company))
        require_may(actor, *_acts_of(invoices))
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
                is_dry=options["dry_run"],
                progress=progress,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        places = outlet.company.currency_places
        self._report(result, places, as_json=options["json"])
        if options["dry_run"]:
            self.stderr.write("Nothing was saved: this was a dry run.", str)
        self._require_equal(result, places)

    def _read(self, path: Path, kinds: Collection[str]) -> list[Invoice]:
        """Read the file's invoices; print every line that is not sold."""
        try:
            file = read_invoices(read_table(path.read_bytes()), kinds)
        except (OSError, UnreadableError) as error:
            raise CommandError(f"{path}: {error}") from error
        for column in file.unread:
            self.stderr.write(f"The column {column} is not read.", str)
        for problem in file.problems:
            self.stderr.write(str(problem))
        if file.problems:
            raise CommandError(f"{len(file.problems):,} bad lines, so nothing is sold.")
        for invoice in file.invoices:
            verb = "skipped" if invoice.skipped else "not sold"
            for line in invoice.left_out:
                text = f"Line {line.line}: {verb}, {line.fault}"
                self.stderr.write(f"{text} (invoice {line.invoice})", str)
        return file.invoices

    def _report(self, result: ReplayResult, places: int, *, as_json: bool) -> None:
        """Print what was done; the result on stdout, all that is wrong on stderr."""
        if result.known:
            self.stderr.write(f"{result.known:,} invoices were there already", str)
        for line, why in result.refunded.not_refunded:
            text = f"Line {line.line}: not refunded, {why} (invoice {line.invoice})"
            self.stderr.write(text, str)
        for why, count in result.refunded.reasons.items():
            text = f"{count:,} lines of cancellations are not refunded: {why}"
            self.stderr.write(text, str)
        for problem in (*result.refused, *result.differing):
            self.stderr.write(str(problem))
        self.stdout.write((_as_json if as_json else _as_text)(result, places))
        out = self.stderr if as_json else self.stdout
        out.write(_as_totals(result, places), str)

    def _require_equal(self, result: ReplayResult, places: int) -> None:
        """End with exit code 1 where the books do not have what the file says."""
        if result.refused:
            text = f"{len(result.refused):,} invoices were refused."
            if result.difference:
                text += f" {_as_difference(result, places)}"
            raise CommandError(text)
        if result.differing:
            raise CommandError(
                f"{len(result.differing):,} invoices have another amount in the books"
                f" than in the file: {result.difference:,.{places}f} in all."
            )


def _acts_of(invoices: list[Invoice]) -> set[str]:
    """Return the permissions that the file as a whole needs."""
    acts = {
        "sales.sell",
        "sales.finalize_sale",
        "sales.refund_sale",
        "sales.open_shift",
        "sales.close_shift",
    }
    lines = (line for invoice in invoices for line in invoice.lines)
    if any(line.discount != NO_DISCOUNT for line in lines):
        acts.add("sales.discount_sale")
    return acts


def _as_totals(result: ReplayResult, places: int) -> str:
    left_out = ""
    if result.left_out:
        left_out = f", of which {result.left_out:,.{places}f} is left out as said above"
    return (
        f"The file comes to {result.file_total:,.{places}f}{left_out};"
        f" the books have {result.books_total:,.{places}f} of it."
    )


def _as_difference(result: ReplayResult, places: int) -> str:
    return f"The books and the file differ by {result.difference:,.{places}f}."


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
