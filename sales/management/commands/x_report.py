"""Command x_report: prints the running totals of a till's open shift."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sales.management.shift_text import format_x_report
from sales.management.tills import add_till_arguments, get_open_shift, get_till
from sales.shifts.figures import as_json
from sales.shifts.summary import sum_shift


class Command(BaseCommand):
    help = "Print the totals so far of a till's open shift. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_till_arguments(parser)

    def handle(
        self, *, company: str, till: str, as_format: str, **options: Any
    ) -> None:
        at = get_till(company, till)
        shift = get_open_shift(at)
        figures = sum_shift(shift)
        if as_format == "text":
            self.stdout.write(format_x_report(shift, at, figures))
            return
        content = {
            "shift": str(shift.uid),
            "cashier": str(shift.cashier),
            "opened_at": shift.opened_at.isoformat(),
            **as_json(figures),
        }
        self.stdout.write(json.dumps(content, ensure_ascii=False))
