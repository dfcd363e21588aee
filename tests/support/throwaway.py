"""Throw-away clusters and directories: removed at the end of the session."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.localdb import Cluster
from config.localdb.roles import make_roles

PREFIX = "tillkeeper-tests-"


@contextmanager
def accessible_directory() -> Iterator[Path]:
    """A directory that the account which runs a database may enter.

    It is removed at the end, and the server of a cluster in it is stopped.
    """
    _remove_abandoned()
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
    home.chmod(0o711)
    with (home / "in-use").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        try:
            yield home
        finally:
            _remove(home)


@contextmanager
def throwaway_cluster(
    *, is_durable: bool = False, copied_from: Cluster | None = None
) -> Iterator[Cluster]:
    """A started cluster with both roles, or with all that is in a stopped one."""
    with accessible_directory() as home:
        cluster = Cluster(home / "postgres", is_durable=is_durable)
        if copied_from:
            # With its owner, who may be another account.
            subprocess.run(["cp", "-a", copied_from.base, cluster.base], check=True)
        cluster.start()
        make_roles(cluster)
        yield cluster


def _place() -> Path:
    place = Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not all(
        parent.stat().st_mode & 0o001 for parent in (place, *place.parents)
    ):
        return Path("/tmp")
    return place


def _remove_abandoned() -> None:
    """Remove what a killed session of this user has left, its server included."""
    for home in _place().glob(f"{PREFIX}*"):
        try:
            status = home.stat()
            # A session that has just started may not have locked its directory yet.
            is_new = time.time() - status.st_mtime < 60
            if status.st_uid == os.geteuid() and not is_new:
                _remove_if_abandoned(home)
        except FileNotFoundError:
            continue  # another session was quicker


def _remove_if_abandoned(home: Path) -> None:
    with (home / "in-use").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # its session is still running
        _remove(home)


def _remove(home: Path) -> None:
    for pid_file in home.rglob("postmaster.pid"):
        cluster = Cluster(pid_file.parent.parent, is_durable=False)
        # Immediately: its data is not needed any more.
        cluster.run("pg_ctl", "stop", "-m", "immediate", "-D", cluster.data)
        if cluster.socket.exists():  # elsewhere, when the path would be too long
            shutil.rmtree(cluster.socket)
    shutil.rmtree(home)
