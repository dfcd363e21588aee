"""Command: removes old backups, here and where they are copied to."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import postgres_programs
from config.backups.prune import prune_folder
from pos.core.backups import backups_dir


class Command(BaseCommand):
    help = (
        "Remove backups that need not be kept: the last of each of 7 days, 5 weeks and"
        " 12 months stays, and the last good one always."
    )
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        folders = [backups_dir()]
        if settings.BACKUP_COPY:
            folders.append(Path(settings.BACKUP_COPY))
        database, now = postgres_programs.find_database_name(), datetime.now(tz=UTC)
        for folder in folders:
            if not folder.is_dir():
                continue
            try:
                gone = prune_folder(folder, database=database, now=now)
            except OSError as error:
                raise CommandError(
                    f"Old backups in {folder} cannot be removed: {error.strerror}."
                ) from None
            self.stdout.write(f"{folder}: {len(gone)} removed.")
