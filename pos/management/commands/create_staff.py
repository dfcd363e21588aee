"""Command: adds a person who may sign in, by options or by questions."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_variables

from pos.access.pins import require_good_pin, set_first_pin
from pos.access.roles import CASHIER
from pos.access.staff import add_staff_member, require_good_password
from pos.core.questions import Answers, Question, no_default
from pos.management.arguments import add_company_and_staff, get_company_and_staff
from pos.management.asking_command import AskingCommand
from pos.models import Company, Role, StaffMember

PASSWORD = "TILLKEEPER_STAFF_PASSWORD"  # noqa: S105  the name of a variable
PIN = "TILLKEEPER_STAFF_PIN"


def _username_of_name(answers: Answers) -> str | None:
    return slugify(answers["name"]).replace("-", "") or None


class Command(AskingCommand):
    help = (
        "Let a person of the company sign in, with one of its roles. Asks for what is"
        f" not given as an option, and for the password and a first PIN; or takes them"
        f" from {PASSWORD} and {PIN}. A sign-in name that is taken is refused, so a"
        " repeat changes nothing."
    )
    questions = (
        Question(
            "name", "Name of the person", StaffMember, "name", "--name", no_default
        ),
        Question(
            "username",
            "Sign-in name",
            StaffMember,
            "username",
            "--username",
            _username_of_name,
        ),
        Question(
            "role",
            "Role, such as cashier, supervisor or owner",
            Role,
            "code",
            "--role",
            lambda answers: CASHIER,
        ),
    )
    stopped = "Stopped: nobody was added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_and_staff(parser)
        super().add_arguments(parser)

    @sensitive_variables("password", "pin")
    def carry_out(self, options: dict[str, Any], *, asks: bool) -> None:
        company, actor = get_company_and_staff(options)
        answers: Any = self.answers(options, asks=asks)
        password = self._password(answers, company, asks=asks)
        pin = self._pin(company, asks=asks)
        with transaction.atomic():
            person = add_staff_member(
                company=company, actor=actor, password=password, **answers
            )
            if pin:
                set_first_pin(person=person, pin=pin, actor=actor)
        rest = (
            "The first PIN is changed when it is used first."
            if pin
            else "Without a PIN yet: set a first one in the back office."
        )
        self.stdout.write(
            self.style.SUCCESS(
                f"Added {person} as {person.role}, who signs in as {person.username}."
                f" {rest}"
            )
        )

    def _password(
        self, answers: dict[str, Any], company: Company, *, asks: bool
    ) -> str:
        """Return the person's password, which is never an option of the command."""
        if not asks and not os.environ.get(PASSWORD):
            raise CommandError(f"Set {PASSWORD} to the person's password.")
        person = StaffMember(
            username=answers["username"], name=answers["name"], company=company
        )
        return self.secret(
            PASSWORD,
            f"Password of {person} (12 characters or more)",
            lambda password: require_good_password(password, person),
            noun="password",
        )

    def _pin(self, company: Company, *, asks: bool) -> str:
        """Return a first PIN; empty if there is to be none, or nobody has one here."""
        if not os.environ.get(PIN) and not (asks and settings.PIN_KEY):
            return ""

        def check(pin: str) -> None:
            if pin:
                require_good_pin(pin, company)

        prompt = f"First PIN of {company.pin_digits} digits, empty for none"
        return self.secret(PIN, prompt, check, noun="PIN")
