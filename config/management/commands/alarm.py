"""Alarm: mails that something went wrong, such as a unit that failed."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.alarms import send_alarm


class Command(BaseCommand):
    help = (
        "Mail the addresses of ALARM_TO. The text is read from the standard input, such"
        " as the last lines of a log: journalctl -u UNIT -n 50 | manage.py alarm UNIT"
    )
    # It has to work where nothing else does, and asks no database.
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", help="what went wrong, such as a unit's name")

    def handle(self, *, subject: str, **options: Any) -> None:
        """Send it, or say why that failed, with status 1."""
        failure = send_alarm(subject, _read_text())
        if failure:
            raise CommandError(f"No mail was sent: {failure}.")
        self.stdout.write("The alarm was mailed.")


def _read_text() -> str:
    """Return what is piped in; a person at a terminal is not waited for."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read().decode(errors="replace")
