"""Django's ``migrate``, run as the owner of the tables."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from config.grants import grant_serving


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner, then say anew what the serving role may do."""
        connection = connections[options["database"]]
        serving = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(settings.DATABASE_OWNER)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
            super().handle(*args, **options)
            if settings.DATABASE_OWNER:
                grant_serving(connection, settings.DATABASE_SERVING_ROLE)
        finally:
            connection.close()
            connection.settings_dict.update(serving)
