"""Django's ``migrate``, run as the owner of the tables."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner, then say anew what the serving role may do."""
        connection = connections[options["database"]]
        serving = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(settings.DATABASE_OWNER)
        try:
            super().handle(*args, **options)
        finally:
            connection.close()
            connection.settings_dict.update(serving)
