"""Clock: the database's time, and how far a web server's is from it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pos.core import clock
from pos.core.clock import database_now, minutes_ahead

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_clock(monkeypatch):
    """Leave the database its own clock, whatever this process thinks."""
    monkeypatch.setattr(clock, "clock_sql", lambda: "clock_timestamp()")


@pytest.mark.usefixtures("own_clock")
@pytest.mark.parametrize(
    ("wrong", "ahead"),
    [
        (timedelta(), 0),
        (timedelta(seconds=50), 0),
        (timedelta(hours=3, seconds=5), 180),
        (timedelta(days=-2, seconds=-5), -2880),
    ],
)
def test_a_wrong_clock_is_noticed_and_not_used(wrong, ahead):
    right = datetime.now(UTC)
    with time_machine.travel(right + wrong, tick=True):
        assert minutes_ahead() == ahead
        assert abs(database_now() - right) < timedelta(seconds=50)


def test_a_test_sets_the_time_of_both():
    with time_machine.travel(datetime(2030, 1, 2, tzinfo=UTC), tick=False):
        assert database_now() == datetime(2030, 1, 2, tzinfo=UTC)
