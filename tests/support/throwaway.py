"""Clusters and directories for one test session: removed with it."""

import fcntl
import os
import shutil
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
    """A directory that the account which runs a database can pass through.

    Afterwards nothing is left of it, and no server of a cluster in it.
    """
    _remove_forsaken()
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
    home.chmod(0o711)
    with (home / "in-use").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        try:
            yield home
        finally:
            _remove(home)


@contextmanager
def throwaway_cluster(*, is_durable: bool = False) -> Iterator[Cluster]:
    """A started cluster with both roles."""
    with accessible_directory() as home:
        cluster = Cluster(home / "postgres", is_durable=is_durable)
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


def _remove_forsaken() -> None:
    """Remove what a killed session of our own has left, its server included."""
    for home in _place().glob(f"{PREFIX}*"):
        try:
            status = home.stat()
            # A session just begun may not have locked its directory yet.
            is_new = time.time() - status.st_mtime < 60
            if status.st_uid == os.geteuid() and not is_new:
                _remove_if_forsaken(home)
        except FileNotFoundError:
            continue  # another session was quicker


def _remove_if_forsaken(home: Path) -> None:
    with (home / "in-use").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # its session lives
        _remove(home)


def _remove(home: Path) -> None:
    for pid_file in home.rglob("postmaster.pid"):
        cluster = Cluster(pid_file.parent.parent, is_durable=False)
        # At once: nothing of it is wanted any more.
        cluster.run("pg_ctl", "stop", "-m", "immediate", "-D", cluster.data)
        if cluster.socket.exists():  # elsewhere, where the path is too long
            shutil.rmtree(cluster.socket)
    shutil.rmtree(home)
