"""Command: runs the private database in the foreground, as a unit does."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.localdb import Cluster

WAIT_SECONDS = 590


class Command(BaseCommand):
    help = (
        "Run the private database in place of this process, until it is stopped by"
        " SIGINT. For the unit that is named in DATABASE_UNIT."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait", action="store_true", help="only wait until it answers"
        )

    def handle(self, *, wait: bool, **options: Any) -> None:
        """Become the server; with ``wait``, return when it answers."""
        database = settings.DATABASES["default"]
        if "CLUSTER" not in database:
            raise CommandError("DATABASE_URL is set: there is no database to run here.")
        cluster: Cluster = database["CLUSTER"]
        if wait:
            _wait_for(cluster)
            return
        if cluster.account.is_other_account:
            raise CommandError(
                f"The database belongs to {cluster.account.name}: run this as that"
                " account."
            )
        if cluster.is_ready():
            raise CommandError(
                f"The database in {cluster.base} runs already: stop it with"
                " bin/dev stop, and start the unit again."
            )
        command = cluster.prepare()
        os.execv(command[0], command)  # noqa: S606


def _wait_for(cluster: Cluster) -> None:
    give_up = time.monotonic() + WAIT_SECONDS
    while not cluster.is_ready():
        if time.monotonic() > give_up:
            raise CommandError(f"The database in {cluster.base} does not answer.")
        time.sleep(0.1)
