"""PIN tiles: what the server knows of each person at this till."""

from datetime import datetime, timedelta

import pytest

from pos.access.pin_tiles import tiles_at
from pos.access.pins import save_pin
from pos.models import Attempt, AttemptKind
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime.fromisoformat("2026-11-23T12:00+08:00")


@pytest.fixture
def till():
    return TillFactory(outlet__time_zone="Asia/Singapore")


@pytest.fixture
def mei_ling(till):
    person = StaffMemberFactory(company=till.company, name="Mei Ling")
    save_pin(person, "493107", is_first=False)
    return person


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon, by the database too."""
    at = f"timestamptz '{NOON.isoformat()}'"
    monkeypatch.setattr("pos.core.clock.clock_sql", lambda: at)


def tries(
    person, till, count=1, *, ago=timedelta(), is_right=False, kind="pin_sign_in"
):
    for _ in range(count):
        Attempt.objects.create(
            company_id=till.company_id,
            person=person,
            till=till,
            kind=kind,
            tried_at=NOON - ago,
            is_right=is_right,
        )


def states(till, here=None):
    return [tile.state for tile in tiles_at(till, here=here)]


@pytest.mark.parametrize(
    ("ago", "said", "said_of_own"),
    [
        (timedelta(minutes=30), "Last here 11:30", "At this till since 11:30"),
        (timedelta(hours=13), "Last here yesterday", "At this till"),
        (timedelta(days=3), "Last here on 20 Nov 2026", "At this till"),
    ],
)
def test_say_when_somebody_was_here(till, mei_ling, ago, said, said_of_own):
    assert (states(till), states(till, mei_ling)) == ([""], ["At this till"])
    tries(mei_ling, till, ago=ago, is_right=True)
    tries(mei_ling, TillFactory(outlet=till.outlet), is_right=True)
    tries(mei_ling, till, kind=AttemptKind.PIN_APPROVAL, is_right=True)

    assert (states(till), states(till, mei_ling)) == ([said], [said_of_own])


def test_say_until_when_somebody_waits(till, mei_ling):
    tries(mei_ling, till, 7, ago=timedelta(minutes=1))

    [tile] = tiles_at(till, here=mei_ling)

    assert (tile.state, tile.waits) == ("Locked until 12:03", True)


def test_do_not_count_tries_elsewhere_or_of_a_password(till, mei_ling):
    tries(mei_ling, TillFactory(outlet=till.outlet), 7)
    tries(mei_ling, till, 7, kind=AttemptKind.SIGN_IN)
    tries(mei_ling, till, 7, ago=timedelta(hours=1))

    assert states(till) == [""]


def test_say_that_a_first_pin_is_changed_and_cost_one_statement(
    till, mei_ling, django_assert_num_queries
):
    new = StaffMemberFactory(company=till.company, name="Wei Xiang")
    save_pin(new, "602814", is_first=True)

    # Of the till that is here already.
    with django_assert_num_queries(1):
        assert states(till) == ["", "New PIN at first use"]
