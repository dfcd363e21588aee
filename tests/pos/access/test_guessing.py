"""Guessing: however often and at however many doors, few guesses are compared.

Nothing is mocked: the hasher is the shop's own, and counts how often it is asked. The
clock is set, so that nobody may go on after a minute. CI makes ten thousand guesses.
"""

from datetime import UTC, datetime
from itertools import cycle, islice

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pos.access.attempt_limits import WRONG_IN_A_ROW_MAX, WRONG_PER_TILL_MAX
from pos.core.ids import uuid7
from pos.models import Attempt, StaffMember
from sales.shifts.cash_movements import record_count
from tests.config.who_may import table
from tests.config.who_may.ask import ask
from tests.config.who_may.world import ANY, JSON, World, make_world
from tests.pos.access import doors
from tests.pos.access.doors import ROUTES, WRONG, Door
from tests.support.factories import StaffMemberFactory
from tests.support.file_scoped_shop import file_scoped

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
RIGHT = "kaya-toast-set"
TOO_MANY = "Too many wrong tries"


def make_guessed_world() -> World:
    """The world of who may what, with passwords and a drawer that is short."""
    world = make_world()
    Attempt.objects.all().delete()
    for person in (world.shop.supervisor, world.shop.cashier):
        person.set_password(RIGHT)
        person.save(update_fields=["password"])
    cashier = world.actors["cashier"]
    cashier.client.force_login(world.shop.cashier)
    cashier.cookies = {name: c.value for name, c in cashier.client.cookies.items()}
    record_count(
        uid=uuid7(),
        shift=world.own.shift,
        total=doors.COUNTED,
        actor=world.shop.cashier,
    )
    return world


world_of_file = file_scoped(make_guessed_world)


@pytest.fixture
def world(world_of_file: World, db: None) -> World:
    return world_of_file


def person_at(door: Door, world: World) -> StaffMember:
    own = door in doors.OF_ONESELF
    return world.shop.cashier if own else world.shop.supervisor


def guess_all(world: World, times: int) -> list[str]:
    """Guess at all doors in turn, in the supervisor's name; return the answers."""
    return [
        door.guess(world, world.shop.supervisor).text
        for door in islice(cycle(doors.OF_A_SUPERVISOR), times)
    ]


def test_every_address_that_counts_a_try_is_a_door(world):
    """Also those whose names of fields nobody has thought of: they fail for it."""
    person = world.shop.supervisor
    everything = doors.sign_in(person) | doors.own_password(person)
    everything |= doors.closing(person) | {"code": "0000 0000"}
    pins = doors.own_pin(person) | doors.pin(person) | {"pin": "481516"}
    product = doors.without_receipt(person)
    found = set()
    for row in table.rows():
        if row.method != "POST":
            continue
        sent = world.content(row.route, "POST", world.own) or {}
        places = world.places(row.about, "own", "own")
        Attempt.objects.all().delete()
        before = connection.savepoint()
        ask(
            world.actors["cashier"],
            "POST",
            ROUTES[row.route].address(**(ANY | places)),
            sent | everything | pins | ({} if sent else product),
            is_json=row.route in JSON,
        )
        if Attempt.objects.exists():
            found.add(row.route)
        connection.savepoint_rollback(before)

    assert found == {door.route for door in doors.EVERY}


def test_all_doors_together_are_one(world, checks):
    answers = guess_all(world, 2 * len(doors.OF_A_SUPERVISOR))

    assert checks == [WRONG] * WRONG_IN_A_ROW_MAX
    assert Attempt.objects.filter(till=world.own.till).count() == WRONG_IN_A_ROW_MAX
    refused = answers[WRONG_IN_A_ROW_MAX:]
    assert [text for text in refused if TOO_MANY not in text] == []


def test_the_right_password_is_not_compared_either(world, checks):
    guess_all(world, WRONG_IN_A_ROW_MAX)
    checks.clear()
    client = world.actors["cashier"].client
    sent = {"username": world.shop.supervisor.username, "password": RIGHT}

    answer = client.post(reverse("sign_in"), sent)

    assert TOO_MANY in answer.text
    assert checks == []


@pytest.mark.parametrize(
    "door",
    [
        *doors.OF_ONESELF,
        doors.PIN_SIGN_IN,
        *(
            pytest.param(door, marks=pytest.mark.exhaustive)
            for door in doors.OF_A_SUPERVISOR
        ),
    ],
    ids=lambda door: door.route,
)
def test_each_door_counts_by_itself(world, checks, door):
    person = person_at(door, world)

    answers = [door.guess(world, person).text for _ in range(8)]

    assert Attempt.objects.filter(person=person).count() == WRONG_IN_A_ROW_MAX
    assert len(checks) == (WRONG_IN_A_ROW_MAX if door.is_hashed else 0)
    assert all(TOO_MANY in text for text in answers[WRONG_IN_A_ROW_MAX:])


def test_the_back_offices_own_door_compares_nothing(world, checks):
    client = Client()
    sent = {"username": world.shop.supervisor.username, "password": RIGHT}

    answer = client.post(reverse("admin:login"), sent)

    assert answer.url.startswith("/sign-in/")
    assert checks == []


@pytest.mark.exhaustive
def test_six_thousand_guesses_of_one_person(world, checks):
    guess_all(world, 6_000)

    assert len(checks) == WRONG_IN_A_ROW_MAX


@pytest.mark.exhaustive
def test_two_thousand_guesses_of_ones_own_password(world, checks):
    for _ in range(1_000):
        doors.OWN_PASSWORD.guess(world, world.shop.cashier)
        doors.CODE.guess(world, world.shop.cashier)

    assert len(checks) == WRONG_IN_A_ROW_MAX
    assert Attempt.objects.filter(till=None).count() == WRONG_IN_A_ROW_MAX


@pytest.mark.exhaustive
def test_two_thousand_guesses_of_a_hundred_people_at_one_till(world, checks):
    people = StaffMemberFactory.create_batch(100, company=world.shop.company)
    StaffMember.objects.filter(pk__in=[one.pk for one in people]).update(
        password=world.shop.supervisor.password
    )

    for person in islice(cycle(people), 2_000):
        doors.SIGN_IN.guess(world, person)

    assert len(checks) == WRONG_PER_TILL_MAX
