"""Places: the directories that hold the shop, and what they are on."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

MOUNTS = Path("/proc/self/mountinfo")
_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mount:
    point: Path
    kind: str  # such as ext4


def data_directory() -> Path:
    """Return where keys and backups lie, or would."""
    return find_existing(Path(settings.DATA_DIR))


def database_directory() -> Path | None:
    """Return where the database's files lie; None if that is not known here.

    The private database's is known. Another server says it only to roles that may read
    all settings, and it is of use only on the same machine.
    """
    options = connection.settings_dict
    if "CLUSTER" in options:
        return Path(options["CLUSTER"].data)
    host = str(options["HOST"])
    if host not in _THIS_MACHINE and not host.startswith("/"):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        row = cursor.fetchone()
    # The same machine may have the server in a container, with paths of its own.
    return Path(row[0]) if row and os.path.lexists(row[0]) else None


def find_existing(path: Path) -> Path:
    """Return the path, or the nearest directory above it that may be looked at."""
    while not os.access(path, os.F_OK) and path != path.parent:
        path = path.parent
    return path


def find_mount(path: Path, mounts: Path = MOUNTS) -> Mount | None:
    """Return what the path is on; None where the system does not say.

    A directory that this account may not enter is found by its name, too.
    """
    if not mounts.exists():
        return None
    resolved = Path(os.path.realpath(path))
    found = None
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        # Octal escapes stand for spaces and the like.
        point = Path(before.split()[4].encode().decode("unicode_escape"))
        is_longer = found is None or len(point.parts) >= len(found.point.parts)
        if resolved.is_relative_to(point) and is_longer:
            found = Mount(point, after.split()[0])
    return found
