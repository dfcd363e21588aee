"""Clock: a server, a database or a document that is of another time is found."""

import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils.timezone import now

from config.doctor import clock
from config.doctor.finding import Level
from pos.core import clock as database_clock
from tests.admin.shop import make_back_office_shop
from tests.config.conftest import ROOT, clean_environment
from tests.support.programs import require_program


@pytest.mark.django_db
class TestDatabase:
    def test_the_same_time_is_fine(self):
        assert clock.check_database_clock().level is Level.OK

    @pytest.mark.parametrize(
        ("seconds", "words"), [(-3, "3.0 seconds ahead"), (3, "3.0 seconds behind")]
    )
    def test_more_than_two_seconds_are_bad(self, monkeypatch, seconds, words):
        moved = f"clock_timestamp() + interval '{seconds} seconds'"
        monkeypatch.setattr(database_clock, "clock_sql", lambda: moved)

        finding = clock.check_database_clock()

        assert finding.level is Level.BAD
        assert words in finding.sentence

    def test_less_than_two_seconds_are_fine(self, monkeypatch):
        moved = "clock_timestamp() + interval '1.9 seconds'"
        monkeypatch.setattr(database_clock, "clock_sql", lambda: moved)

        assert clock.check_database_clock().level is Level.OK


@pytest.mark.exhaustive
def test_a_server_whose_clock_is_really_moved_is_found(shop):
    """Only this process has another time, and the database has not."""
    faketime = require_program("faketime")

    done = subprocess.run(
        [faketime, "-f", "+1h", sys.executable, ROOT / "manage.py", "doctor"],
        env=clean_environment(TILLKEEPER_DATA=str(shop)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "bad  clock: This server's clock is 3600" in done.stdout


@pytest.mark.django_db
class TestLastDocument:
    def test_without_any_there_is_nothing_to_say(self):
        assert clock.check_document_clock().level is Level.OK

    @pytest.mark.no_books_check
    def test_one_of_an_hour_from_now_is_bad(self, monkeypatch):
        hence = now() + timedelta(hours=1)
        with monkeypatch.context() as patch:
            patch.setattr(database_clock, "clock_sql", lambda: f"timestamptz '{hence}'")
            make_back_office_shop()

        finding = clock.check_document_clock()

        assert finding.level is Level.BAD
        assert 3500 < int(finding.facts["seconds"]) <= 3600


class TestSynchronized:
    def test_it_says_what_the_kernel_says(self):
        """As timedatectl reads it, where that is installed."""
        assert clock.is_synchronized() in (True, False)
        if not shutil.which("timedatectl"):
            return
        done = subprocess.run(
            ["timedatectl", "show", "-p", "NTPSynchronized", "--value"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:  # it asks systemd, which may not run
            assert clock.is_synchronized() is (done.stdout.strip() == "yes")

    @pytest.mark.parametrize(
        ("says", "level"), [(True, Level.OK), (None, Level.OK), (False, Level.BAD)]
    )
    def test_a_clock_that_nothing_sets_right_is_bad(self, monkeypatch, says, level):
        monkeypatch.setattr(clock, "is_synchronized", lambda: says)

        assert clock.check_synchronized().level is level
