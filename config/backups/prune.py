"""Prune: removes the backups that need not be kept any longer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.backups.archive import ArchiveError, read_archive
from config.backups.retention import choose_to_prune
from pos.core.backups import SUFFIX

STAMP = "%Y-%m-%dT%H%M%SZ"
# A backup that is being written is younger than this; what is older was cut off.
UNFINISHED_AGE = timedelta(days=1)


def name_backup(database: str, at: datetime) -> str:
    """Return the name of a file that ``prune_folder`` knows again."""
    return f"{database}-{at:{STAMP}}{SUFFIX}"


def prune_folder(folder: Path, *, database: str, now: datetime) -> list[Path]:
    """Remove what need not be kept of the backups of that database; return it.

    Every backup is read to its end first, and only a good one counts as kept. What an
    interrupted backup has left there goes as well. Files of other names stay.
    """
    made = {
        at: path
        for path in folder.glob(f"{database}-*{SUFFIX}")
        if (at := _made_at(path, database)) is not None
    }
    good = [at for at, path in made.items() if _is_good(path)]
    gone = [made[at] for at in choose_to_prune(made, verified=good)]
    for path in folder.glob(f"{database}-*{SUFFIX}*.part"):
        if now.timestamp() - path.stat().st_mtime > UNFINISHED_AGE.total_seconds():
            gone.append(path)
    for path in gone:
        path.unlink()
    return gone


def _made_at(path: Path, database: str) -> datetime | None:
    stamp = path.name.removeprefix(f"{database}-").removesuffix(SUFFIX)
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_good(path: Path) -> bool:
    try:
        with path.open("rb") as source:
            read_archive(source, dump=Path("/dev/null"))
    except (ArchiveError, OSError):
        return False
    return True
