"""Attempts: how many wrong tries there may be, by whom, where and how fast."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, transaction

from pos.access.attempt_limits import KEPT_FOR, WAITS, WRONG_PER_TILL_MAX
from pos.access.attempts import begin_attempt, mark_right
from pos.access.errors import TooManyAttemptsError
from pos.models import Attempt, AttemptKind
from tests.support.concurrency import run_together
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def person():
    return StaffMemberFactory()


@pytest.fixture
def till(person):
    return TillFactory(outlet__company=person.company)


def begin(person=None, *, kind=AttemptKind.SIGN_IN, **where):
    return begin_attempt(kind=kind, person=person, **where)


def is_refused(*args, **kwargs):
    """Whether a try is not even counted."""
    counted = Attempt.objects.count()
    try:
        begin(*args, **kwargs)
    except TooManyAttemptsError:
        assert Attempt.objects.count() == counted
        return True
    assert Attempt.objects.count() == counted + 1
    return False


def try_often(times, *args, **kwargs):
    """How many of the tries were counted."""
    return sum(not is_refused(*args, **kwargs) for _ in range(times))


class TestOfAPerson:
    def test_five_wrong_ones_then_longer_and_longer_waits(self, clock, person, till):
        assert try_often(9, person, till=till) == 5
        for wait in [*WAITS, WAITS[-1]]:
            clock.shift(wait - timedelta(seconds=1))
            assert is_refused(person, till=till)
            clock.shift(timedelta(seconds=1))
            assert try_often(2, person, till=till) == 1

    def test_a_right_one_ends_the_row(self, clock, person, till):
        try_often(4, person, till=till)
        mark_right(begin(person, till=till))

        assert try_often(9, person, till=till) == 5

    def test_a_right_pin_does_not_end_the_row_of_passwords(self, clock, person, till):
        try_often(5, person, till=till)
        mark_right(begin(person, till=till, kind=AttemptKind.PIN_SIGN_IN))

        assert is_refused(person, till=till, kind=AttemptKind.APPROVAL)

    def test_every_door_for_a_password_counts(self, clock, person, till):
        try_often(3, person, till=till)
        try_often(2, person, till=till, kind=AttemptKind.APPROVAL)

        assert is_refused(person, till=till, kind=AttemptKind.OWN_PASSWORD)

    def test_another_till_and_another_person_do_not_wait(self, clock, person, till):
        other = StaffMemberFactory(company=person.company)
        try_often(5, person, till=till)

        assert not is_refused(person, till=TillFactory(outlet=till.outlet))
        assert not is_refused(person)
        assert not is_refused(other, till=till)

    def test_a_row_is_forgotten_after_a_day(self, clock, person):
        try_often(5, person)
        clock.shift(24 * HOUR)

        assert try_often(9, person) == 5

    def test_a_refusal_says_how_long(self, clock, person):
        try_often(5, person)
        clock.shift(timedelta(seconds=1.5))

        with pytest.raises(TooManyAttemptsError, match="Wait 59 seconds, and") as found:
            begin(person)

        assert found.value.retry_after == 59
        assert found.value.http_status == 429


class TestOfAnUnknownName:
    def test_waits_as_a_person_does(self, clock, till):
        assert try_often(9, name="nobody", till=till) == 5
        assert is_refused(name="Nobody", till=till)
        assert not is_refused(name="nobody")

    def test_is_not_kept_as_it_was_typed(self, clock, till):
        attempt = begin(name="hunter2 in the wrong field", till=till)

        assert attempt.company == till.company
        assert "hunter2" not in str(vars(attempt))


class TestAtATill:
    def test_twenty_wrong_ones_in_an_hour(self, clock, person, till):
        for _ in range(WRONG_PER_TILL_MAX):
            assert not is_refused(StaffMemberFactory(company=till.company), till=till)
            clock.shift(MINUTE)
        clock.shift(-MINUTE)

        assert is_refused(person, till=till)
        assert not is_refused(person)
        assert not is_refused(person, till=TillFactory(outlet=till.outlet))
        clock.shift(HOUR - 19 * MINUTE)
        assert try_often(2, person, till=till) == 1

    def test_right_ones_do_not_count(self, clock, person, till):
        for _ in range(2 * WRONG_PER_TILL_MAX):
            mark_right(begin(person, till=till))

        assert not is_refused(person, till=till)

    def test_of_another_company_the_browser_is_no_till(self, clock, person):
        attempt = begin(person, till=TillFactory())

        assert (attempt.company, attempt.till) == (person.company, None)


class TestFromAnAddress:
    @pytest.fixture
    def stranger(self, clock):
        """An address that has tried twenty names which are nobody's."""
        for number in range(20):
            assert not is_refused(name=f"nobody{number}", address="192.0.2.1")
        return "192.0.2.1"

    def test_twenty_wrong_ones_in_an_hour(self, stranger, clock):
        assert is_refused(name="nobody", address=stranger)
        assert not is_refused(name="nobody", address="192.0.2.2")
        clock.shift(HOUR)
        assert not is_refused(name="nobody", address=stranger)

    def test_somebody_new_there_waits_as_an_unknown_name_does(self, stranger, person):
        assert is_refused(person, address=stranger)

    def test_tills_there_are_not_locked(self, stranger, person, till):
        assert not is_refused(person, till=till, address=stranger)

    def test_people_who_were_right_there_are_not_locked(self, clock, person, request):
        mark_right(begin(person, address="192.0.2.1"))
        stranger = request.getfixturevalue("stranger")

        assert try_often(9, person, address=stranger) == 5

    def test_a_code_is_counted_there(self, stranger):
        assert is_refused(kind=AttemptKind.ENROLMENT, address=stranger)


class TestARow:
    def test_only_turns_right(self, clock, person):
        attempt = begin(person)
        mark_right(attempt)

        with pytest.raises(IntegrityError, match="permanent"), transaction.atomic():
            Attempt.objects.update(is_right=False)
        with pytest.raises(IntegrityError, match="permanent"), transaction.atomic():
            Attempt.objects.update(tried_at=NOON - HOUR)

    def test_is_deleted_by_a_later_one_when_it_is_old(self, clock, person):
        old = begin(person)
        clock.shift(KEPT_FOR)
        assert begin(person).pk
        assert Attempt.objects.filter(pk=old.pk).exists()
        clock.shift(timedelta(seconds=1))

        begin(person)

        assert not Attempt.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_sixteen_of_a_person_count_as_sixteen(self):
        person = StaffMemberFactory()
        results = run_together(*[partial(begin, person)] * 16)

        refused = [one for one in results if isinstance(one, TooManyAttemptsError)]
        assert (len(refused), Attempt.objects.count()) == (11, 5)

    def test_sixty_at_a_till_count_as_sixty(self):
        till = TillFactory()
        people = StaffMemberFactory.create_batch(8, company=till.company)
        calls = [partial(begin, person, till=till) for person in people * 2]

        run_together(*calls)
        run_together(*calls)

        assert Attempt.objects.count() == WRONG_PER_TILL_MAX

    def test_many_companies_at_an_address_count_together(self):
        here = partial(begin, address="192.0.2.1")
        run_together(*(partial(here, name=str(number)) for number in range(16)))
        people = StaffMemberFactory.create_batch(16)

        run_together(*(partial(here, person) for person in people))

        assert Attempt.objects.count() == 20


def test_inside_a_transaction_there_is_no_counting(person):
    """The try would be forgotten with it."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        begin(person)
