"""Command: what is done once a night, each step whatever became of the others."""

import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.program import ROOT

SUNDAY = 6
# The doctor ends with 1 where it only warns, and with 2 where something is bad.
WARNED = 1


def choose_steps(today: date) -> list[list[str]]:
    """Return the commands of a night; on Sundays all of the books are proven."""
    proof = ["verify_books"] if today.weekday() == SUNDAY else ["verify_books", "--new"]
    return [["backup"], ["prune_backups"], proof, ["clean_up"], ["doctor"]]


class Command(BaseCommand):
    help = (
        "Back up, remove old backups, prove the books, clean up, and say how the server"
        " is. For a timer, once a night. A step that fails stops no other."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, **options: Any) -> None:
        """Run each step in a process of its own.

        Raises CommandError with the names of those that failed.
        """
        failed = []
        for step in choose_steps(datetime.now(tz=UTC).date()):
            self.stdout.write(f"--- {' '.join(step)}")
            self.stdout.flush()
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "config.command", "manage", *step],
                cwd=ROOT,
                check=False,
            )
            has_warned = step == ["doctor"] and done.returncode == WARNED
            if done.returncode and not has_warned:
                failed.append(step[0])
        if failed:
            raise CommandError(
                f"Not everything was done tonight: {', '.join(failed)} failed. What"
                " each says is above."
            )
        self.stdout.write("Everything was done.")
