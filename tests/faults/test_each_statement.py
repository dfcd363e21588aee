"""A service that fails at its first statement, its second, and so on to the last.

After each failure either everything is written or nothing; and the same call made
again does it, once.
"""

from itertools import count, cycle

import pytest
from django.db import OperationalError, connection

from pos.core.transactions import ATTEMPTS
from tests.faults.fault_injection import COMMIT, breaking, cut, say_so, terminate
from tests.faults.outcomes import the_books_hold
from tests.faults.services import SERVICES, ready_to_sell
from tests.support.books import every_row

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
    done = every_row()
    call()
    assert every_row() == done


def test_an_error_leaves_nothing_and_is_not_tried_again(name, tell):
    for place in count(1):
        call = SERVICES[name]()
        before = every_row()
        with breaking(place, say_so, is_lasting=False) as broken:
            failed = fails(call)
        if not broken.times:
            break

        assert failed
        assert every_row() == before
        does_it_once(call)

    tell(f"{name} failed at each of its {place - 1} statements: nothing was left.")
    the_books_hold()


def test_a_connection_lost_once_is_not_noticed(name, tell):
    """In turns ended by the server, and cut without a word."""
    for place, lose in zip(places(), cycle([terminate, cut]), strict=False):
        call = SERVICES[name]()
        with breaking(place, lose, is_lasting=False) as broken:
            assert not fails(call)
        does_it_once(call)
        if not broken.times:
            break

    tell(f"{name}, its connection lost at each of {place - 1} statements: done once.")
    the_books_hold()


def test_a_connection_lost_again_and_again_leaves_nothing(name, tell):
    """At every third statement, for it takes all five attempts each time."""
    for place in places(step=3):
        call = SERVICES[name]()
        before = every_row()
        with breaking(place, terminate, is_lasting=True) as broken:
            failed = fails(call)
        if not broken.times:
            break

        assert failed
        assert broken.times == ATTEMPTS
        if place != COMMIT[1]:
            assert every_row() == before
        does_it_once(call)

    tell(f"{name}, its connection ended {ATTEMPTS} times over: all or nothing.")
    the_books_hold()


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
