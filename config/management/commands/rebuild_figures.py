"""Rebuild figures: makes what closed shifts came to again, where it differs."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.db import connection

from config.owner import owning
from sales.models import Shift
from sales.shifts.rebuild import rebuild_figures


class Command(BaseCommand):
    help = (
        "Add up closed shifts again, and replace the rows that differ. It connects as"
        " the owner of the tables, as migrate does. Tills may sell and close meanwhile."
        " Safe to stop and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--shift",
            action="append",
            type=UUID,
            help="uid of a closed shift; may be given several times",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what differs, change nothing"
        )

    def handle(self, **options: Any) -> None:
        uids, dry_run = options["shift"], options["dry_run"]
        count = 0
        with owning(connection):
            shifts = None if uids is None else _find_shifts(uids)
            for row in rebuild_figures(
                shifts=shifts, dry_run=dry_run, say=self.stderr.write
            ):
                count += 1
                keys = ", ".join(map(str, row.keys))
                change = f"{_format(row.before)} -> {_format(row.after)}"
                self.stdout.write(f"{row.table} ({keys}): {change}")
        self.stdout.write(
            f"{count} rows differ." if dry_run else f"{count} rows changed."
        )


def _find_shifts(uids: Sequence[UUID]) -> list[Shift]:
    shifts = list(Shift.objects.filter(uid__in=uids))
    for uid in uids:
        named = [shift for shift in shifts if shift.uid == uid]
        if not named:
            raise CommandError(f"There is no shift {uid}.")
        if any(shift.is_open for shift in named):
            raise CommandError(f"The shift {uid} is open.")
    return shifts


def _format(values: Sequence[Any] | None) -> str:
    return "none" if values is None else ", ".join(map(str, values))
