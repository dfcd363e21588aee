"""Durability: what may lose an acknowledged sale is found."""

from pathlib import Path

import pytest

from config.doctor import durability
from config.doctor.finding import Level
from config.localdb import Cluster
from tests.config.doctor.conftest import changed
from tests.support.throwaway import throwaway_cluster
from tests.support.untested import leave_untested

MEMORY = Path("/dev/shm")  # noqa: S108


@pytest.mark.django_db
def test_the_tests_own_server_may_forget():
    finding = durability.check_settings()

    assert finding.level is Level.BAD
    assert "fsync = off, full_page_writes = off, synchronous_commit = off" in (
        finding.sentence
    )


def test_a_shops_server_keeps_what_it_acknowledges(durable_cluster, use):
    with use(durable_cluster):
        assert durability.check_settings().level is Level.OK
        assert durability.check_checksums().level is Level.OK
        assert durability.check_place().level is Level.OK


@pytest.mark.parametrize("name", durability.DURABLE)
def test_a_setting_that_is_off_is_named(durable_cluster, use, name):
    with changed(durable_cluster, name, "off"), use(durable_cluster):
        finding = durability.check_settings()

    assert finding.level is Level.BAD
    assert f": {name} = off." in finding.sentence


@pytest.mark.exhaustive
def test_a_server_without_checksums_is_bad(use):
    with throwaway_cluster() as cluster:
        cluster.stop()
        done = cluster.run("pg_checksums", "--disable", "-D", cluster.data)
        assert done.returncode == 0, done.stdout
        cluster.start()

        with use(cluster):
            assert durability.check_checksums().level is Level.BAD


@pytest.fixture
def memory() -> Path:
    """A directory that is gone with the power."""
    if not MEMORY.is_dir():
        leave_untested(f"There is no {MEMORY} here.")
    return MEMORY


@pytest.mark.django_db
def test_a_database_in_memory_is_bad(use, memory):
    """Its place tells: it need not have been made."""
    with use(Cluster(memory / "postgres")):
        finding = durability.check_place()

    assert finding.level is Level.BAD
    assert "tmpfs" in finding.sentence


@pytest.mark.parametrize(
    ("kind", "is_unsafe"),
    [
        *((kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs")),
        *((kind, True) for kind in ("fuseblk", "tmpfs", "ramfs", "9p")),
        *((kind, False) for kind in ("ext4", "xfs", "btrfs", "zfs", "overlay")),
    ],
)
def test_what_kinds_of_file_system_lose_sales(kind, is_unsafe):
    assert durability.is_unsafe_kind(kind) is is_unsafe


class TestWrites:
    def test_two_hundred_are_measured_and_nothing_is_left(self, tmp_path):
        milliseconds = durability.measure_writes(tmp_path)

        assert len(milliseconds) == durability.WRITES
        assert min(milliseconds) > 0
        assert list(tmp_path.iterdir()) == []

    def test_memory_answers_before_a_disk_could(self, memory):
        """Really written, to what promises to keep it and does not."""
        milliseconds = durability.measure_writes(memory)

        finding = durability.explain_writes(milliseconds, durability.TURNING_MIN_MS)

        assert finding.level is Level.WARN
        assert "less than a disk can" in finding.sentence

    @pytest.mark.parametrize(
        ("milliseconds", "least", "level"),
        [
            ([1.0] * 200, 0.01, Level.OK),
            ([0.02] * 200, 0.01, Level.OK),
            ([0.009] * 200, 0.01, Level.WARN),
            ([1.0] * 200, 2.0, Level.WARN),
            ([8.0] * 200, 2.0, Level.OK),
            ([1.0] * 198 + [50.0, 900.0], 0.01, Level.OK),
            ([1.0] * 197 + [51.0] * 3, 0.01, Level.BAD),
        ],
    )
    def test_what_the_times_mean(self, milliseconds, least, level):
        """One write in a hundred may be slower: the machine does other things, too."""
        assert durability.explain_writes(milliseconds, least).level is level

    def test_the_check_writes_beside_the_database(self, durable_cluster, use):
        with use(durable_cluster):
            assert durability._find_writable() == durable_cluster.base
            assert durability.check_writes().facts["usual"] > 0
        left = {path.name for path in durable_cluster.base.iterdir()}
        assert left <= {"data", "lock", "socket", "server.log", "server.log.1"}
