"""Disk: one that is full, or soon is, is found."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from config.doctor import disk, kept
from config.doctor.finding import Level
from config.doctor.places import find_existing, find_mount
from config.localdb import Cluster
from tests.support.throwaway import accessible_directory
from tests.support.untested import leave_untested

MEGABYTE = 10**6


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of 20 MB, for this test only."""
    with accessible_directory() as place:
        mounted = place / "disk"
        mounted.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20m", "none", mounted],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            leave_untested(f"No file system can be mounted here: {done.stderr.strip()}")
        try:
            yield mounted
        finally:
            subprocess.run(["umount", mounted], check=True)  # noqa: S607


@pytest.mark.django_db
class TestFree:
    def test_a_disk_with_room_is_fine(self, data):
        if disk._room(data) < 1:
            leave_untested("This machine's own disk is nearly full.")

        assert disk.check_free().level is Level.OK

    def test_a_small_disk_is_bad_and_named(self, settings, small_disk):
        settings.DATA_DIR = small_disk / "not" / "made"

        finding = disk.check_free()

        assert finding.level is Level.BAD
        assert f"The disk that holds {small_disk} has 0.0 GB left" in finding.sentence

    def test_one_that_is_full_says_so(self, settings, small_disk):
        settings.DATA_DIR = small_disk
        (small_disk / "backup").write_bytes(bytes(19 * MEGABYTE))

        finding = disk.check_free()

        assert finding.level is Level.BAD
        assert finding.facts["percent"] < 10

    def test_that_of_the_database_is_looked_at_too(self, data, small_disk, use):
        with use(Cluster(small_disk / "postgres")):
            assert small_disk in disk._disks()


class TestGrowth:
    """Of 100 GB, with 20 GB left, as of looks that were kept."""

    def days_left(self, *uses: tuple[float, float], used: float = 80) -> int | None:
        at = now()
        looks = [
            kept.Use(at - timedelta(days=ago), int(gigabytes * disk.GIGABYTE))
            for ago, gigabytes in uses
        ]
        used_bytes = int(used * disk.GIGABYTE)
        return disk.find_days_left(looks, at, used_bytes, 20 * disk.GIGABYTE)

    def test_it_is_not_known_on_the_first_day(self):
        assert self.days_left() is None
        assert self.days_left((0.9, 1)) is None

    def test_it_is_worked_out_by_the_oldest_look(self):
        assert self.days_left((7, 66), (1, 79.9)) == 10
        assert self.days_left((1, 79)) == 20

    def test_one_that_does_not_fill_lasts(self):
        assert self.days_left((7, 80)) == 1000
        assert self.days_left((7, 85)) == 1000

    @pytest.mark.django_db
    def test_one_that_is_full_in_two_weeks_is_bad(self, settings, small_disk):
        """A real one, which a file of 8 MB has filled since yesterday."""
        settings.DATA_DIR = small_disk
        yesterday = now() - timedelta(days=1, minutes=1)
        kept.keep_use(small_disk, yesterday, 0)
        assert disk.check_growth().level is Level.OK
        (small_disk / "backup").write_bytes(bytes(8 * MEGABYTE))

        finding = disk.check_growth()

        assert finding.level is Level.BAD
        assert finding.facts["days"] == 1
        assert "is full in 1 days" in finding.sentence

    def test_the_disk_that_fills_first_is_named(
        self, settings, small_disk, use, tmp_path
    ):
        """The database's, although the data's has less room: that does not fill."""
        settings.DATA_DIR = small_disk
        usage = shutil.disk_usage(tmp_path)
        yesterday = now() - timedelta(days=1, minutes=1)
        kept.keep_use(tmp_path, yesterday, usage.used - usage.free)
        with use(Cluster(tmp_path / "postgres")):
            finding = disk.check_growth()

        assert finding.level is Level.BAD
        assert finding.facts["path"] == str(tmp_path)


class TestKept:
    def test_one_look_an_hour_is_kept_for_a_week(self, data):
        at = now()
        for hours in (24 * 9, 24 * 6, 2, 1.5, 0):
            kept.keep_use(data, at - timedelta(hours=hours), int(hours))

        assert [use.used for use in kept.read_uses(data)] == [144, 2, 0]

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"/": [[1]]}', "null"])
    def test_a_file_that_cannot_be_read_is_as_none(self, data, content):
        (data / kept.USES).write_text(content)
        (data / kept.FINDINGS).write_text(content)

        assert kept.read_uses(Path("/")) == []
        assert kept.read_run() is None


class TestPlaces:
    def test_the_nearest_directory_that_is_there(self, tmp_path):
        assert find_existing(tmp_path / "a" / "b") == tmp_path
        assert find_existing(tmp_path) == tmp_path

    def test_the_innermost_mount(self, small_disk):
        mount = find_mount(small_disk / "postgres" / "data")

        assert mount is not None
        assert (mount.point, mount.kind) == (small_disk, "tmpfs")

    def test_a_mount_with_a_space_in_its_name(self, tmp_path):
        table = tmp_path / "mountinfo"
        table.write_text(
            "1 0 0:1 / / rw - ext4 /dev/sda rw\n"
            "2 1 0:2 / /media/the\\040stick rw,nosuid shared:1 - vfat /dev/sdb rw\n"
        )

        assert find_mount(Path("/media/the stick/postgres"), table).kind == "vfat"
        assert find_mount(Path("/media"), table).kind == "ext4"
        assert find_mount(Path("/"), tmp_path / "none") is None
