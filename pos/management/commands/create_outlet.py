"""Command: adds an outlet to a company, by options or by questions."""

from argparse import ArgumentParser
from typing import Any

from pos.access.premises import add_outlet, require_end_by_noon
from pos.core.questions import Question, no_default, option_only
from pos.management.arguments import add_company_and_staff, get_company_and_staff
from pos.management.asking_command import AskingCommand
from pos.models import Outlet


class Command(AskingCommand):
    help = (
        "Add an outlet to a company. Asks for what is not given as an option. A code"
        " that is taken is refused, so a repeat changes nothing."
    )
    questions = (
        Question("name", "Name of the outlet", Outlet, "name", "--name", no_default),
        Question(
            "code", "Short code of the outlet", Outlet, "code", "--code", no_default
        ),
        Question("address", "Address", Outlet, "address", "--address"),
        Question("phone", "Phone", Outlet, "phone", "--phone"),
        Question(
            "time_zone",
            "Time zone, if it is not the company's",
            Outlet,
            "time_zone",
            "--time-zone",
            is_asked=option_only,
        ),
        Question(
            "day_ends_at",
            "End of the business day: what is sold before it belongs to the day before",
            Outlet,
            "day_ends_at",
            "--day-ends-at",
            is_asked=option_only,
            check=require_end_by_noon,
        ),
    )
    stopped = "Stopped: no outlet was added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company_and_staff(parser)
        super().add_arguments(parser)

    def carry_out(self, options: dict[str, Any], *, asks: bool) -> None:
        company, actor = get_company_and_staff(options)
        answers: Any = self.answers(options, asks=asks)
        outlet = add_outlet(company=company, actor=actor, **answers)
        self.stdout.write(
            self.style.SUCCESS(
                f"Added outlet {outlet} ({outlet.code}) to {company}. It needs a till:"
                f" create_till --company {company.code} --outlet {outlet.code}"
            )
        )
