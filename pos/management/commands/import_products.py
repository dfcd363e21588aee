"""Command: imports products and their stock from a file."""

from argparse import ArgumentParser
from typing import Any

from pos.catalogue.product_file import ProductFile, read_own_columns
from pos.catalogue.product_import import ImportResult, import_products
from pos.catalogue.shopify_file import is_shopify, read_shopify
from pos.core.csv_reader import Table
from pos.management.arguments import get_outlet
from pos.management.import_command import ImportCommand
from pos.models import Company


class Command(ImportCommand):
    help = (
        "Bring the catalogue up to date with a CSV file: in our own columns, see"
        " docs/import-products.md, or Shopify's product export. Validates all lines"
        " first, and imports nothing if one is bad; importing a file again changes"
        " nothing."
    )
    things = "products"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--outlet", metavar="CODE", help="Where the stock is. Needed with several."
        )

    def read(self, table: Table, company: Company) -> ProductFile:
        read = read_shopify if is_shopify(table) else read_own_columns
        return read(table, places=company.currency_places)

    def import_file(
        self, company: Company, options: dict[str, Any], **arguments: Any
    ) -> ImportResult:
        outlet = get_outlet(company, options["outlet"])
        return import_products(outlet=outlet, **arguments)

    def describe_rest(self, result: ImportResult) -> str:
        return f"{result.counted:,} counted"
