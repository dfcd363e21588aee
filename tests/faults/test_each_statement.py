"""Services that fail at their first statement, their second, and so on to the last.

After each failure either everything is written or nothing; and the same call made
again does it, once.
"""

from itertools import count, cycle

import pytest
from django.db import OperationalError, connection

from pos.core.transactions import ATTEMPTS
from tests.faults.fault_injection import (
    AFTER_COMMIT,
    COMMIT,
    cut,
    inject_fault,
    raise_error,
    terminate,
)
from tests.faults.outcomes import assert_books_hold
from tests.faults.services import SERVICES, WITHOUT_UID, ready_to_sell
from tests.support.books import read_every_row

pytestmark = pytest.mark.parametrize("name", SERVICES)


@pytest.fixture(autouse=True)
def shift(name):
    connection.close()
    ready_to_sell()
    yield
    connection.close()


def does_it_once(call):
    """The call does it, and the same call again changes nothing."""
    call()
    done = read_every_row()
    call()
    assert read_every_row() == done


def test_an_error_leaves_nothing_and_is_not_retried(name, report):
    for place in count(1):
        call = SERVICES[name]()
        before = read_every_row()
        with inject_fault(place, raise_error) as injector:
            failed = fails(call)
        if not injector.times:
            break

        assert failed
        assert read_every_row() == before
        does_it_once(call)

    report(f"{name} failed at each of its {place - 1} statements: nothing was left.")
    assert_books_hold()


def test_a_connection_lost_once_is_not_noticed(name, report):
    """In turns terminated by the server, and cut without notice."""
    for place, lose in zip(places(), cycle([terminate, cut]), strict=False):
        call = SERVICES[name]()
        with inject_fault(place, lose) as injector:
            failed = fails(call)
        assert failed == is_noticed(name, place)
        does_it_once(call)
        if not injector.times:
            break

    report(f"{name}, its connection lost at each of {place - 1} statements: done once.")
    assert_books_hold()


def test_a_connection_lost_at_every_attempt_leaves_nothing(name, report):
    """At every third statement, since each takes all five attempts."""
    for place in places(step=3):
        call = SERVICES[name]()
        before = read_every_row()
        with inject_fault(place, terminate, every_attempt=True) as injector:
            failed = fails(call)
        if not injector.times:
            break

        assert failed
        assert injector.times == (1 if is_noticed(name, place) else ATTEMPTS)
        if place != AFTER_COMMIT:
            assert read_every_row() == before
        does_it_once(call)

    report(f"{name}, its connection ended {ATTEMPTS} times over: all or nothing.")
    assert_books_hold()


def is_noticed(name, place):
    """Nobody can know whether a lost COMMIT has written what has no uid."""
    return name in WITHOUT_UID and place in COMMIT


def places(step=1):
    """Around COMMIT, and then each statement."""
    yield from COMMIT
    yield from count(1, step)


def fails(call):
    try:
        call()
    except OperationalError:
        return True
    return False
