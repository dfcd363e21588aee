"""Command: stops the private database of this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.localdb import Cluster, LocalDatabaseError


class Command(BaseCommand):
    help = "Stop the private database. The next page or command starts it again."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        """Stop the private server. The data stays."""
        database = settings.DATABASES["default"]
        if "CLUSTER" not in database:
            self.stdout.write("DATABASE_URL is set: there is nothing here to stop.")
            return
        cluster: Cluster = database["CLUSTER"]
        try:
            state = "is stopped" if cluster.stop() else "was not running"
        except LocalDatabaseError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"The database in {cluster.base} {state}.")
