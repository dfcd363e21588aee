"""Command: a shop's first set-up, by options or by questions."""

import os
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from customers.registration.companies import set_up_company
from customers.registration.company_questions import QUESTIONS
from pos.access.staff import require_good_password
from pos.core.money import CashRounding, TaxRounding
from pos.management.asking_command import AskingCommand
from pos.models import Company, StaffMember

PASSWORD = "TILLKEEPER_OWNER_PASSWORD"  # noqa: S105  the name of a variable


class Command(AskingCommand):
    help = (
        "Set up a company with its first outlet, till and owner, its roles, tax rates"
        " and loyalty programme. Asks for what is not given as an option. The owner's"
        f" password is asked too, or taken from {PASSWORD}."
    )
    questions = QUESTIONS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
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

    def carry_out(self, options: dict[str, Any], *, asks: bool) -> None:
        values = {name: options[name] for name in SETTINGS if options[name] is not None}
        answers = self.answers(options, asks=asks)
        values["owner_password"] = self._password(answers, asks=asks)
        company = set_up_company(**values | answers)
        till = company.tills.get()
        self.stdout.write(
            self.style.SUCCESS(
                f"Set up {company} ({company.code}): outlet {till.outlet.name}"
                f" ({till.outlet.code}), till {till.code}."
                f" The owner signs in as {answers['owner_username']}."
            )
        )

    def _password(self, answers: dict[str, Any], *, asks: bool) -> str:
        """Return the owner's password, which is never an option of the command."""
        if not asks and not os.environ.get(PASSWORD):
            raise CommandError(f"Set {PASSWORD} to the owner's password.")
        owner = StaffMember(
            username=answers["owner_username"],
            name=answers["owner_name"],
            company=Company(code=answers["code"], name=answers["name"]),
        )
        return self.secret(
            PASSWORD,
            f"Password of {owner} (12 characters or more)",
            lambda password: require_good_password(password, owner),
            noun="password",
        )


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
