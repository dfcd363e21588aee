#!/usr/bin/env python
"""Entry point for management commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from config.database_errors import describe_for_command
from config.localdb import LocalDatabaseError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, LocalDatabaseError) as error:
        sys.exit(str(error))
    except UnicodeEncodeError as error:
        if not any(str(error.object) in argument for argument in sys.argv):
            raise
        sys.exit(f"{ascii(error.object)} is not UTF-8.")
    except DatabaseError as error:
        if (sentence := describe_for_command(error)) is None:
            raise
        sys.exit(sentence)
