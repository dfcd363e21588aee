"""A cluster for one test session: made for it, and removed with it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.localdb import Cluster
from config.localdb.roles import make_roles

PREFIX = "tillkeeper-tests-"


@contextmanager
def throwaway_cluster(*, is_durable: bool = False) -> Iterator[Cluster]:
    """A started cluster with both roles. Nothing of it is left afterwards."""
    _remove_forsaken()
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
    # Whoever runs the database may pass through; only its own part is private.
    home.chmod(0o711)
    with (home / "in-use").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        cluster = Cluster(home / "postgres", is_durable=is_durable)
        try:
            cluster.start()
            make_roles(cluster)
            yield cluster
        finally:
            _remove(home)


def _place() -> Path:
    """A temporary directory that the database's account can reach, as root too."""
    place = Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not all(
        parent.stat().st_mode & 0o001 for parent in (place, *place.parents)
    ):
        return Path("/tmp")  # noqa: S108
    return place


def _remove_forsaken() -> None:
    """Remove what a killed session of our own has left, its server included."""
    for home in _place().glob(f"{PREFIX}*"):
        in_use = home / "in-use"
        if home.stat().st_uid != os.geteuid() or not in_use.exists():
            continue
        with in_use.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its session lives
            _remove(home)


def _remove(home: Path) -> None:
    cluster = Cluster(home / "postgres", is_durable=False)
    cluster.stop()
    shutil.rmtree(home)
    if cluster.socket.exists():  # elsewhere, where the path is too long
        shutil.rmtree(cluster.socket)
