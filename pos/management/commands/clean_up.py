"""Command: deletes what is over, once a day: sessions and old tries."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command

from pos.access.acts import Act
from pos.access.attempts import delete_old_attempts, old_attempts
from pos.management.recorded_command import RecordedCommand, record_in_every_company


class Command(RecordedCommand):
    help = (
        "Delete sessions that are over and tries of passwords, PINs and codes that are"
        " older than 30 days. Run it once a day; it is safe to stop and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say how many tries are old."
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if dry_run:
            count = old_attempts().count()
        else:
            call_command("clearsessions")
            count = delete_old_attempts()
            record_in_every_company(Act.CLEANED_UP)
        self.stdout.write(f"old tries: {count:,}")
