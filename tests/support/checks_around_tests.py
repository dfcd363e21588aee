"""Checks around every test: the order of locks, the books, the active language."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.utils import translation
from django.utils.timezone import now

from pos.core import clock
from tests.support import books
from tests.support.lock_order import check_lock_order


@pytest.fixture(autouse=True)
def reset_language() -> Iterator[None]:
    """Forget the language of a test's last request."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def database_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of documents be the test's where it has set one.

    Without ``time_machine`` it is the database's, as in a shop.
    """
    clock_sql = clock.clock_sql

    def set_clock_sql() -> str:
        if not time_machine.escape_hatch.is_travelling():
            return clock_sql()
        return f"timestamptz '{now().isoformat()}'"

    monkeypatch.setattr(clock, "clock_sql", set_clock_sql)


@pytest.fixture(autouse=True)
def locks_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a service takes its locks out of order.

    The mark ``no_lock_check`` switches it off.
    """
    if not _uses_database(request):
        yield
        return
    request.getfixturevalue("db")
    if _commits(request):
        assert not connection.in_atomic_block, (
            "a test that commits cannot use rows made once per file"
        )
    if request.node.get_closest_marker("no_lock_check"):
        yield
        return
    with check_lock_order(connection):
        yield


@pytest.fixture(autouse=True)
def books_balance(
    request: pytest.FixtureRequest, locks_in_order: None
) -> Iterator[None]:
    """Fail a test at whose end a check of the books finds a fault.

    The mark ``no_books_check`` switches it off.
    """
    yield
    if not _uses_database(request):
        return
    if request.node.get_closest_marker("no_books_check"):
        return
    if not connection.needs_rollback:
        assert books.find_failed_checks() == []


def _uses_database(request: pytest.FixtureRequest) -> bool:
    uses = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    return bool(uses or request.node.get_closest_marker("django_db"))


def _commits(request: pytest.FixtureRequest) -> bool:
    """Whether the test is not wrapped in a transaction that is rolled back."""
    marker = request.node.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
        or (marker and marker.kwargs.get("transaction"))
    )
