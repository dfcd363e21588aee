"""Doctor: says whether all is well with this server, and what to do if not."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from config.doctor import report
from config.doctor.checks import MAIL
from config.doctor.examine import Examined, examine_all
from config.doctor.finding import worst
from config.doctor.mail import try_mail


class Command(BaseCommand):
    help = (
        "Look whether all is well: clock, disk, durability, database, locks, HTTPS,"
        " settings and mail. One line for each check. The status is 0 if all is well,"
        " 1 if something could be better, 2 if something is wrong. It changes nothing,"
        " but keeps its result for the page Health."
    )
    # It has to work where others do not.
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object")
        form.add_argument(
            "--prometheus",
            action="store_true",
            help="the format of node_exporter's textfile collector; the status is 0",
        )
        form.add_argument(
            "--mail", action="store_true", help="only send one mail on trial"
        )

    def handle(self, **options: Any) -> None:
        """Print what was found, and end with its status."""
        examined = [_try_mail()] if options["mail"] else examine_all()
        at = now()
        if options["prometheus"]:
            self.stdout.write("\n".join(report.write_prometheus(examined, at)))
            return
        if options["json"]:
            self.stdout.write(report.write_json(examined, at))
        else:
            self.stdout.write("\n".join(report.write_lines(examined)))
        if level := worst(one.finding for one in examined):
            self.stdout.flush()
            sys.exit(level)


def _try_mail() -> Examined:
    return Examined("mail_on_trial", MAIL, try_mail())
