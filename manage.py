#!/usr/bin/env python
"""Entry point for management commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import ProgrammingError

from config.database_errors import was_never_migrated
from config.localdb import LocalDatabaseError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, LocalDatabaseError) as error:
        sys.exit(str(error))
    except ProgrammingError as error:
        if not was_never_migrated(error):
            raise
        sys.exit("This database has no tables yet: bin/dev manage migrate makes them.")
