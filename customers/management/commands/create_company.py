"""Command: a shop's first set-up, by options or by questions."""

import getpass
import os
from argparse import ArgumentParser
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from customers.registration.companies import set_up_company
from customers.registration.company_questions import QUESTIONS, Question
from pos.access.staff import require_good_password
from pos.core.errors import DomainError
from pos.core.money import CashRounding, TaxRounding
from pos.management.recorded_command import RecordedCommand
from pos.models import Company, StaffMember

PASSWORD = "TILLKEEPER_OWNER_PASSWORD"  # noqa: S105  the name of a variable


class Command(RecordedCommand):
    help = (
        "Set up a company with its first outlet, till and owner, its roles, tax rates"
        " and loyalty programme. Asks for what is not given as an option. The owner's"
        f" password is asked too, or taken from {PASSWORD}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-input",
            "--noinput",
            action="store_true",
            help="Ask nothing: use the default of every option that is left out.",
        )
        for question in QUESTIONS:
            parser.add_argument(question.option, dest=question.name, help=question.text)
        parser.add_argument(
            "--prices-exclude-tax",
            action="store_false",
            dest="prices_include_tax",
            help="Prices are without tax. (Shops in Singapore must include it.)",
        )
        parser.add_argument("--tax-rounding", choices=[*TaxRounding])
        parser.add_argument("--cash-rounding", choices=[*CashRounding])
        parser.add_argument("--cash-rounding-step", type=_amount, metavar="0.05")
        parser.add_argument("--receipt-header", metavar="TEXT")
        parser.add_argument("--receipt-footer", metavar="TEXT")

    def handle(self, *, no_input: bool, **options: Any) -> None:
        values = {name: options[name] for name in SETTINGS if options[name] is not None}
        try:
            answers = self._answers(options, asks=not no_input)
            values["owner_password"] = self._password(answers, asks=not no_input)
            company = set_up_company(**values | answers)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped: nothing was set up.") from error
        except EOFError as error:
            raise CommandError(
                "Nobody can answer here: give the options, and --no-input."
            ) from error
        till = company.tills.get()
        self.stdout.write(
            self.style.SUCCESS(
                f"Set up {company} ({company.code}): outlet {till.outlet.name}"
                f" ({till.outlet.code}), till {till.code}."
                f" The owner signs in as {answers['owner_username']}."
            )
        )

    def _answers(self, options: dict[str, Any], *, asks: bool) -> dict[str, Any]:
        """Return each answer: from an option, a person or the default."""
        answers: dict[str, Any] = {}
        for question in QUESTIONS:
            given = options[question.name]
            if given is None and not question.is_asked(answers):
                continue
            default = question.default(answers)
            if given is None and asks:
                answers[question.name] = self._ask(question, default)
            elif given is None and default is None:
                raise CommandError(f"{question.option} is required with --no-input.")
            else:
                text = default if given is None else given
                answers[question.name] = question.clean(str(text))
        return answers

    def _ask(self, question: Question, default: str | None) -> Any:
        hint = f" [{default}]" if default else ""

        def answer() -> Any:
            # A question is not an error, so it has no error's colour.
            self.stderr.write(f"{question.text}{hint}: ", str, ending="")
            self.stderr.flush()
            return question.clean(input().strip() or default or "")

        return self._ask_until_valid(answer)

    def _password(self, answers: dict[str, Any], *, asks: bool) -> str:
        """Return the owner's password, which is never an option of the command."""
        owner = StaffMember(
            username=answers["owner_username"],
            name=answers["owner_name"],
            company=Company(code=answers["code"], name=answers["name"]),
        )
        if password := os.environ.get(PASSWORD):
            require_good_password(password, owner)
            return password
        if not asks:
            raise CommandError(f"Set {PASSWORD} to the owner's password.")

        def answer() -> str:
            password = getpass.getpass(f"Password of {owner} (12 characters or more): ")
            require_good_password(password, owner)
            if getpass.getpass("Repeat the password: ") != password:
                raise CommandError("The passwords do not match.")
            return password

        return self._ask_until_valid(answer)

    def _ask_until_valid(self, answer: Callable[[], Any]) -> Any:
        """Ask until the answer is valid; print each time what is wrong."""
        while True:
            try:
                return answer()
            except (DomainError, CommandError) as error:
                self.stderr.write(str(error))


SETTINGS = (
    "prices_include_tax",
    "tax_rounding",
    "cash_rounding",
    "cash_rounding_step",
    "receipt_header",
    "receipt_footer",
)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
