"""Command: adds a till to an outlet, by options or by questions."""

from argparse import ArgumentParser
from typing import Any

from pos.access.premises import add_till
from pos.core.questions import Question, no_default
from pos.management.arguments import (
    add_company_and_staff,
    get_company_and_staff,
    get_outlet,
)
from pos.management.asking_command import AskingCommand
from pos.models import Till


class Command(AskingCommand):
    help = (
        "Add a till to an outlet. Asks for what is not given as an option. A code that"
        " is taken is refused, so a repeat changes nothing."
    )
    questions = (
        Question(
            "code",
            "Code of the till; it begins every receipt number",
            Till,
            "code",
            "--code",
            no_default,
        ),
        Question(
            "name",
            "Name of the till",
            Till,
            "name",
            "--name",
            lambda answers: f"Till {answers['code']}",
        ),
    )
    stopped = "Stopped: no till was added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_and_staff(parser)
        parser.add_argument(
            "--outlet", metavar="CODE", help="Where it is. Needed with several."
        )
        super().add_arguments(parser)

    def carry_out(self, options: dict[str, Any], *, asks: bool) -> None:
        company, actor = get_company_and_staff(options)
        outlet = get_outlet(company, options["outlet"])
        till = add_till(outlet=outlet, actor=actor, **self.answers(options, asks=asks))
        self.stdout.write(
            self.style.SUCCESS(f"Added till {till.code} ({till}) to {outlet}.")
        )
