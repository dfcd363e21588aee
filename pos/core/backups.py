"""Backups: where their files are, and whether there is one."""

from pathlib import Path

from django.conf import settings
from django.db import connection

SUFFIX = ".tillkeeper"


def backups_dir() -> Path:
    """Return the directory of the backups that are given no other place."""
    return Path(settings.DATA_DIR) / "backups"


def has_backup() -> bool:
    """Whether there is a backup of this database.

    The one place that answers this for pages.
    """
    name = connection.settings_dict["NAME"]
    return any(backups_dir().glob(f"{name}-*{SUFFIX}"))
