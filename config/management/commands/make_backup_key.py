"""Command: makes the pair of keys that backups are encrypted with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.encryption import EncryptionError, make_key


class Command(BaseCommand):
    help = (
        "Write a private key to FILE, and say which BACKUP_KEY belongs to it. Keep FILE"
        " away from the server; without it no backup can be restored."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, for the private key")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            public = make_key(file)
        except EncryptionError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"The private key is {file}: keep it and a copy away from the server, or no"
            " backup can be restored. For .env on the server:"
        )
        self.stdout.write(f"BACKUP_KEY={public}")
