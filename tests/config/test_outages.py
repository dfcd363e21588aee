"""Outages: what is logged when the database goes and comes back."""

import pytest

from config import outages as module
from config.outages import Outages


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, in a list that the test changes."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_an_outage_is_two_lines(clock, caplog):
    outages = Outages()

    for _ in range(844):
        outages.begins("connection refused")
    clock[0] += 7
    for _ in range(3):
        outages.ends()

    assert caplog.messages == [
        "The database cannot be used: connection refused",
        "The database can be used again, after 7 s",
    ]


def test_a_database_that_answers_now_and_then_is_one_outage(clock, caplog):
    outages = Outages()

    for _ in range(9):
        outages.begins("too many clients")
        clock[0] += 1
        outages.ends()

    assert len(caplog.messages) == 2


def test_the_next_outage_is_logged_again(clock, caplog):
    outages = Outages()

    for _ in range(2):
        outages.begins("connection refused")
        clock[0] += module.QUIET + 1
        outages.ends()
        clock[0] += module.QUIET + 1

    assert len(caplog.messages) == 4
