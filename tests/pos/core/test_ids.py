from datetime import UTC, datetime, timedelta
from uuid import UUID

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from pos.core.ids import uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_is_a_version_7_uuid():
    made = uuid7()

    assert isinstance(made, UUID)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_begins_with_the_millisecond_in_which_it_was_made():
    with time_machine.travel(datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC), tick=False):
        made = uuid7()

    assert made.int >> 80 == 1_795_406_706_000


def test_is_never_made_twice():
    assert len({uuid7() for _ in range(10_000)}) == 10_000


@given(st.integers(0, 10**13), st.integers(1, 10_000))
def test_a_later_one_sorts_after_an_earlier_one(milliseconds, pause):
    moment = EPOCH + timedelta(milliseconds=milliseconds)

    with time_machine.travel(moment, tick=False):
        first = uuid7()
    with time_machine.travel(moment + timedelta(milliseconds=pause), tick=False):
        later = uuid7()

    assert first < later
