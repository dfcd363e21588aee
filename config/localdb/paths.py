"""Paths: where the private database and its socket are."""

import hashlib
import os
import pwd
import re
from pathlib import Path

from config.localdb.errors import LocalDatabaseError

REPOSITORY = Path(__file__).resolve().parent.parent.parent

# PostgreSQL starts its server through a shell, in which these characters have a
# meaning even between quotes; a comma would begin another host or socket. The last are
# bytes that are not UTF-8, in which addresses are written.
UNUSABLE = re.compile(r'[$"`,\x00-\x1f\x7f\ud800-\udfff]|\\\\')

# A socket's whole path may take 107 bytes, its own name takes 15 of them.
SOCKET_DIR_MAX = 90


def data_dir(wanted: str) -> Path:
    """Return the directory of the shop's data: the one wanted, or the default.

    It is never inside the repository, where a clean-up could delete it.
    """
    place = Path(wanted) if wanted else _default_data_dir()
    if not place.is_absolute() or _resolve(place).is_relative_to(REPOSITORY):
        raise LocalDatabaseError(
            f"TILLKEEPER_DATA is {wanted or place}: it must be a whole path, and"
            f" outside of {REPOSITORY}."
        )
    place = _resolve(place)
    if unusable := UNUSABLE.search(str(place)):
        raise LocalDatabaseError(
            f"{str(place)!r} cannot hold the database because of the {unusable[0]!r} in"
            " its path: set TILLKEEPER_DATA to another directory."
        )
    return place


def _resolve(place: Path) -> Path:
    """Follow the path's links, and say so where no directory could ever be."""
    try:
        resolved = place.resolve()
        resolved.exists()
    except (OSError, RuntimeError) as error:  # too long, or a link to itself
        raise LocalDatabaseError(
            f"There can be no directory {place}: set TILLKEEPER_DATA to another."
        ) from error
    return resolved


def make_data_dir(path: Path) -> None:
    """Make the directory if it is missing; other accounts may pass through it.

    So the account that runs the server for root reaches its own part.
    Directories that exist are not changed.
    """
    if path.exists():
        return
    make_data_dir(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


def _default_data_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/tillkeeper")
    data_home = os.environ.get("XDG_DATA_HOME", "")
    if data_home.startswith("/"):
        return Path(data_home) / "tillkeeper"
    return _home() / ".local" / "share" / "tillkeeper"


def socket_dir(base: Path) -> Path:
    """Return where the server of ``base`` listens, the same for every caller."""
    inside = base / "socket"
    if len(os.fsencode(inside)) <= SOCKET_DIR_MAX:
        return inside
    tag = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    # Not the temporary directory of this process: the next may have another.
    return Path(f"/tmp/tillkeeper-{tag}")  # noqa: S108  its owner is checked


def _home() -> Path:
    """Return the user's home directory, also if HOME is unset or empty."""
    if home := os.environ.get("HOME"):
        return Path(home)
    return Path(pwd.getpwuid(os.geteuid()).pw_dir)
