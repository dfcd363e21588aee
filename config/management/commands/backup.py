"""Command: writes the whole database to a file from which it can be restored."""

import os
import re
import shlex
import subprocess
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.localdb import make_data_dir
from config.localdb.engine import Engine, find_engine


class Command(BaseCommand):
    help = "Write the database to a file, and say how to restore it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: a dated one beside the data"
        )

    def handle(self, *, file: Path | None, **options: Any) -> None:
        """Write everything as of one moment, while sales go on."""
        connection.ensure_connection()  # starts the private server, if it is that
        engine = find_engine()
        path = (file or _dated_file()).absolute()
        unfinished = path.with_name(f"{path.name}.unfinished")
        # The file holds customers' data: only its owner may read it.
        unfinished.touch(mode=0o600)
        dump = [
            engine.program("pg_dump"),
            "--format=custom",
            # ``migrate`` grants again; on another server the roles may be others.
            "--no-privileges",
            # The shop has none, and the owner could not read somebody else's.
            "--no-large-objects" if engine.major >= 16 else "--no-blobs",
            f"--file={unfinished}",
        ]
        done = subprocess.run(  # noqa: S603
            [*dump, _target()], env=_environment(), check=False
        )
        if done.returncode:
            unfinished.unlink()
            raise CommandError("No backup was made: see the message of pg_dump above.")
        unfinished.rename(path)
        self.stdout.write(f"The backup is {path}")
        self.stdout.write("To put it in place of what is there now:")
        self.stdout.write(f"  {_restore_command(engine, path)}")
        self.stdout.write(f"  {_chosen_shop()}bin/dev manage migrate")


def _dated_file() -> Path:
    backups = Path(settings.DATA_DIR) / "backups"
    if not backups.exists():
        make_data_dir(backups)
        backups.chmod(0o700)
    now = datetime.now(tz=UTC)
    return backups / f"{_database()['NAME']}-{now:%Y-%m-%dT%H%M%SZ}.dump"


def _restore_command(engine: Engine, path: Path) -> str:
    return shlex.join(
        [
            engine.program("pg_restore"),
            "--clean",
            "--if-exists",
            "--single-transaction",
            f"--dbname={_target()}",
            str(path),
        ]
    )


def _chosen_shop() -> str:
    """Return the variables that choose this shop in a terminal, if not the default."""
    chosen = {
        "TILLKEEPER_DATA": os.environ.get("TILLKEEPER_DATA"),
        "TILLKEEPER_DEMO": os.environ.get("TILLKEEPER_DEMO"),
    }
    return "".join(f"{name}={shlex.quote(it)} " for name, it in chosen.items() if it)


def _target() -> str:
    """The database as its owner reaches it; the password is not part of it."""
    parts = {
        "host": _database()["HOST"],
        "port": _database().get("PORT"),
        "user": _database()["USER"],
        "dbname": _database()["NAME"],
    }
    return " ".join(f"{key}={_quote(str(it))}" for key, it in parts.items() if it)


def _environment() -> dict[str, str]:
    password = _database().get("PASSWORD")
    return {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)


def _database() -> dict[str, Any]:
    return connection.settings_dict | settings.DATABASE_OWNER


def _quote(value: str) -> str:
    if re.fullmatch(r"[\w./:-]+", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
