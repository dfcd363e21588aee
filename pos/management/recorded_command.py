"""Recorded command: a command that writes is named by each entry that it causes."""

import os
import pwd
import re
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Model

from pos.access.acts import Act
from pos.access.audit import record_alone, recorded_from
from pos.models import Company

# What every command of Django has, and what no entry may hold.
OF_DJANGO = frozenset(
    {
        *("settings", "pythonpath", "traceback", "verbosity", "skip_checks"),
        *("no_color", "force_color", "stdout", "stderr", "progress", "database"),
    }
)
SECRET = re.compile("password|secret|token|key|pin", re.IGNORECASE)
LENGTH_MAX = 500


class RecordedCommand(BaseCommand):
    """What its services write into the audit trail says who ran it, and how.

    That is the user of the operating system, and the options without secrets.
    """

    # manage.py says in a sentence of its own that a database is not migrated.
    requires_migrations_checks = False

    def execute(self, *args: Any, **options: Any) -> str | None:
        name = type(self).__module__.rpartition(".")[2]
        said = [
            f"{option}={value}"
            for option, value in sorted(options.items())
            if option not in OF_DJANGO
            and value not in (None, False, "")
            and not SECRET.search(option)
        ]
        source = f"{' '.join([name, *said])[:LENGTH_MAX]} ({os_user()})"
        with recorded_from(source):
            return super().execute(*args, **options)


def record_in_every_company(act: Act, *, subject: Model | None = None) -> None:
    """Write what concerns the whole installation into the trail of each company."""
    for company in Company.objects.order_by("pk"):
        record_alone(act=act, actor=None, subject=subject, company=company)


def os_user() -> str:
    """Return the user whose process this is, by the system and not by a variable."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
