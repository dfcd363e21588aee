from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sales.management.tills import add_till_arguments, the_till, told
from sales.models import ZReport


class Command(BaseCommand):
    help = "Say what a Z report of a till says: the last one, or that of a number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_till_arguments(parser)
        parser.add_argument("--number", type=int, metavar="N")

    def handle(
        self, *, company: str, till: str, as_format: str, number: int | None, **_: Any
    ) -> None:
        reports = ZReport.objects.filter(till=the_till(company, till))
        if number is not None:
            reports = reports.filter(number=number)
        wanted = reports.select_related("shift", "fiscal_document")
        report = wanted.order_by("-number").first()
        if report is None:
            raise CommandError(f"{company} has no such Z report of till {till}.")
        self.stdout.write(told(z_report_content(report), as_format))


def z_report_content(report: ZReport) -> dict[str, Any]:
    """What a command says of a Z report."""
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
