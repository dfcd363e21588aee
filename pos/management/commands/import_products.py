"""Command: imports products and their stock from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.catalogue.product_file import ProductFile, read_own_columns
from pos.catalogue.product_import import ImportResult, import_products
from pos.catalogue.shopify_file import is_shopify, read_shopify
from pos.core.csv_reader import UnreadableError, read_table
from pos.core.errors import DomainError
from pos.management.arguments import get_company, get_outlet, get_staff_member
from pos.models import Company


class Command(BaseCommand):
    help = (
        "Bring the catalogue up to date with a CSV file: in our own columns, see"
        " docs/import-products.md, or Shopify's product export. Imports all or nothing;"
        " importing a file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--outlet", metavar="CODE", help="Where the stock is. Needed with several."
        )
        parser.add_argument(
            "--staff", metavar="NAME", help="Who is responsible; otherwise the owner."
        )
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")
        parser.add_argument(
            "--skip-bad", action="store_true", help="Import the good lines."
        )

    def handle(
        self,
        *,
        file: Path,
        company: str,
        dry_run: bool,
        skip_bad: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        outlet = get_outlet(get_company(company), options["outlet"])
        actor = get_staff_member(outlet.company, options["staff"])
        products = self._read(file, outlet.company)
        for notice in products.notices:
            self.stderr.write(notice, str)
        total = len(products.lines)

        def progress(done: int) -> None:
            if verbosity and (done % 500 == 0 or done == total > 500):
                self.stderr.write(f"{done:,} of {total:,} products", str)

        try:
            result = import_products(
                outlet=outlet,
                file=products,
                actor=actor,
                skips_bad=skip_bad,
                is_dry=dry_run,
                progress=progress,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._report(result, dry_run=dry_run, skip_bad=skip_bad)

    def _read(self, file: Path, company: Company) -> ProductFile:
        try:
            table = read_table(file.read_bytes())
            read = read_shopify if is_shopify(table) else read_own_columns
            return read(table, places=company.currency_places)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnreadableError as error:
            raise CommandError(str(error)) from error

    def _report(self, result: ImportResult, *, dry_run: bool, skip_bad: bool) -> None:
        for problem in result.problems:
            self.stderr.write(str(problem))
        refused = len(result.problems)
        lines = "1 bad line" if refused == 1 else f"{refused:,} bad lines"
        figures = (
            f"{result.created:,} new, {result.changed:,} changed,"
            f" {result.unchanged:,} as they were, {result.counted:,} counted"
        )
        if refused and not skip_bad:
            raise CommandError(
                f"{lines}, so nothing was imported (the others: {figures})."
                " --skip-bad imports the others."
            )
        verb = "Would import" if dry_run else "Imported"
        summary = f"{verb} products: {figures}{refused and f'; {lines} skipped' or ''}."
        self.stdout.write(self.style.SUCCESS(summary))
