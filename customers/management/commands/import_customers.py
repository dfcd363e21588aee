"""Command: imports customers and their opening points from a file."""

from typing import Any

from customers.registration.customer_file import CustomerFile, read_customers
from customers.registration.customer_import import ImportResult, import_customers
from pos.core.csv_reader import Table
from pos.management.import_command import ImportCommand
from pos.models import Company


class Command(ImportCommand):
    help = (
        "Bring the customers up to date with a CSV file, see docs/import-customers.md."
        " Validates all lines first, and imports nothing if one is bad; importing a"
        " file again changes nothing."
    )
    things = "customers"

    def read(self, table: Table, company: Company) -> CustomerFile:
        return read_customers(table)

    def import_file(
        self, company: Company, options: dict[str, Any], **arguments: Any
    ) -> ImportResult:
        return import_customers(company=company, **arguments)

    def describe_rest(self, result: ImportResult) -> str:
        return f"{result.given_points:,} given points"
