"""Command z_report: prints the Z report of a closed shift."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.models import Till
from sales.management.shift_text import format_z_report
from sales.management.tills import add_till_arguments, get_till
from sales.models import ZReport
from sales.shifts.figures import from_json


class Command(BaseCommand):
    help = "Print a Z report of a till: the last one, or the one with a number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_till_arguments(parser)
        parser.add_argument("--number", type=int, metavar="N")

    def handle(
        self, *, company: str, till: str, as_format: str, number: int | None, **_: Any
    ) -> None:
        at = get_till(company, till)
        reports = ZReport.objects.filter(till=at)
        if number is not None:
            reports = reports.filter(number=number)
        selected = reports.select_related("shift__cashier", "fiscal_document")
        report = selected.order_by("-number").first()
        if report is None:
            raise CommandError(f"{company} has no such Z report of till {till}.")
        self.stdout.write(describe_z_report(report, at, as_format))


def describe_z_report(report: ZReport, till: Till, as_format: str) -> str:
    """Return a Z report as JSON or as text."""
    if as_format == "json":
        return json.dumps(_content(report), ensure_ascii=False)
    return format_z_report(report, till, from_json(report.figures))


def _content(report: ZReport) -> dict[str, Any]:
    shift = report.shift
    assert shift.closed_at is not None
    return {
        "number": report.report_number,
        "shift": str(shift.uid),
        "business_date": shift.business_date.isoformat(),
        "opened_at": shift.opened_at.isoformat(),
        "closed_at": shift.closed_at.isoformat(),
        "variance": f"{shift.variance:.3f}",
        "variance_reason": shift.variance_reason,
        "hash": report.fiscal_document.hash,
        **report.figures,
    }
