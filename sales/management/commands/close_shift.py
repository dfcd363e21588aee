"""Command close_shift: closes a till's shift with the cash that was counted."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from pos.core.errors import DomainError
from pos.management.arguments import get_staff_member, require_may
from pos.management.recorded_command import RecordedCommand
from sales.management.commands.z_report import describe_z_report
from sales.management.tills import add_till_arguments, get_open_shift, get_till
from sales.models import ZReport
from sales.shifts.close import close_shift


class Command(RecordedCommand):
    help = (
        "Close the open shift of a till with the cash that was counted, and print"
        " its Z report."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_till_arguments(parser)
        parser.add_argument("--counted", required=True, metavar="AMOUNT")
        parser.add_argument(
            "--reason", default="", help="Required when the drawer is over or short."
        )
        parser.add_argument(
            "--approved-by",
            metavar="NAME",
            help="Who approves a difference above the limit, or another count.",
        )
        parser.add_argument(
            "--staff", metavar="NAME", help="Who closes it; otherwise the owner."
        )

    def handle(
        self, *, company: str, till: str, counted: str, as_format: str, **options: Any
    ) -> None:
        at = get_till(company, till)
        shift = get_open_shift(at)
        actor = get_staff_member(at.company, options["staff"])
        require_may(actor, "sales.close_shift")
        approver = options["approved_by"]
        try:
            closed = close_shift(
                uid=shift.uid,
                counted_cash=Decimal(counted),
                actor=actor,
                variance_reason=options["reason"],
                approved_by=approver and get_staff_member(at.company, approver),
            )
        except InvalidOperation as error:
            raise CommandError(f"{counted} is not an amount.") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        reports = ZReport.objects.select_related("shift__cashier", "fiscal_document")
        report = reports.get(shift=closed)
        self.stdout.write(describe_z_report(report, at, as_format))
