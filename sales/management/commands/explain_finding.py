"""Command explain_finding: says why a check of the books finds something."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from pos.core.errors import DomainError
from pos.management.arguments import get_company, get_staff_member
from pos.management.recorded_command import RecordedCommand
from sales.books.explain import explain_finding


class Command(RecordedCommand):
    help = (
        "Explain something that a check of the books finds and nothing can put right."
        " verify_books then lists it as explained, until its facts change. An"
        " explanation is permanent. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("check", type=str.upper, help="The check's id, as I46.")
        parser.add_argument("finding", help="The name that verify_books prints.")
        parser.add_argument("--company", required=True, metavar="CODE")
        parser.add_argument(
            "--reason", required=True, metavar="TEXT", help="Why it is so."
        )
        parser.add_argument(
            "--staff",
            metavar="USERNAME",
            help="Who says so. (default: the first owner)",
        )

    def handle(self, *, check: str, finding: str, **options: Any) -> None:
        company = get_company(options["company"])
        try:
            explanations = explain_finding(
                check_id=check,
                offender=finding,
                reason=options["reason"],
                actor=get_staff_member(company, options["staff"]),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        for explanation in explanations:
            self.stdout.write(f"{explanation}: {explanation.reason}")
