"""Command: Django's ``migrate``, run as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors

from config.grants import grant_serving, set_role_timeouts, withdraw_from_everybody
from config.migration_lock import migration_lock
from config.newer_database import note_version, refuse_newer_database
from config.owner import as_owner
from pos.access.acts import Act
from pos.core.busy_tables import retry_while_busy
from pos.management.recorded_command import RecordedCommand, record_in_every_company


class Command(RecordedCommand, migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner, then grant again what the serving role may do.

        A lock that is not free at once is given up and tried again later, so that no
        other transaction queues behind this one. Migrations already applied remain.
        Of two at once the second waits for the first, and then finds nothing to do.
        A database that a later version has migrated is refused, and stays as it is.
        """
        connection = connections[options["database"]]
        with (
            as_owner(connection),
            _says_who_may(connection),
            migration_lock(connection, say=self.stderr.write),
        ):
            refuse_newer_database(connection)
            before = MigrationRecorder(connection).applied_migrations().keys()
            retry_while_busy(
                partial(super().handle, *args, **options), say=self.stderr.write
            )
            withdraw_from_everybody(connection)
            if settings.DATABASE_OWNER:
                grant_serving(connection, settings.DATABASE_SERVING_ROLE)
            after = MigrationRecorder(connection).applied_migrations().keys()
            # In between the tables are not those of this version.
            if not options["app_label"]:
                note_version(connection)
            if before != after and not options["app_label"]:
                record_in_every_company(Act.DATABASE_MIGRATED)
        if "CLUSTER" not in connection.settings_dict:
            self._set_role_timeouts(connection)

    def _set_role_timeouts(self, connection: BaseDatabaseWrapper) -> None:
        try:
            set_role_timeouts(connection)
        except DatabaseError as error:
            self.stderr.write(
                f"The role that serves has no time limits: {error}\n"
                "Give it those of docs/operations.md, as a superuser."
            )


@contextmanager
def _says_who_may(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Say in a sentence that a role may not migrate, such as the one that serves."""
    try:
        yield
    except DatabaseError as error:
        # Django raises its own where not even its table of migrations can be made.
        reason = error.__cause__ or (error.__context__ and error.__context__.__cause__)
        if not isinstance(reason, errors.InsufficientPrivilege):
            raise
        role = connection.settings_dict["USER"]
        raise CommandError(
            f"The role {role} may not migrate: {str(reason).splitlines()[0]}."
            " Name the owner of the tables in DATABASE_OWNER_URL."
        ) from None
