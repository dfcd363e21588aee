"""Reports over HTTP: an open shift in Singapore, and its owner at a browser."""

import pytest

from tests.support.owners import browser_of, make_reader
from tests.support.report_pages import NOW
from tests.support.shift_figures import shift_at


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore")


@pytest.fixture
def owner(shift):
    return browser_of(make_reader(shift.company))


@pytest.fixture
def on_monday(monkeypatch):
    """It is ``NOW`` by the clock of the database, which reports read."""
    clock = f"timestamptz '{NOW.isoformat()}'"
    monkeypatch.setattr("pos.core.clock.clock_sql", lambda: clock)
