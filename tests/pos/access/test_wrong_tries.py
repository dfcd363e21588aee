"""Wrong tries: the person, the owner and the trail learn of them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from io import StringIO

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pos.access.acts import Act
from pos.access.attempt_limits import KEPT_FOR, WRONG_PER_COMPANY_ALARM
from pos.access.attempts import begin_attempt, mark_right, mark_wrong
from pos.access.errors import NotAllowedError
from pos.access.wrong_tries import MAY_SEE, dismiss_alarms, find_wrong_tries
from pos.core.errors import NotOfThisCompanyError
from pos.models import Attempt, AttemptAlarm, AttemptKind, AuditEntry
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_together
from tests.support.devices import enrol
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
PASSWORD = "correct horse 9"
SIGN_IN = AttemptKind.SIGN_IN


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def owner(till):
    may = (MAY_SEE, "sales.sell")
    return StaffMemberFactory(company=till.company, may=may, is_staff=True)


def begin(person, **where):
    return begin_attempt(kind=SIGN_IN, person=person, **where)


def be_wrong(person, times=1, **where):
    for _ in range(times):
        mark_wrong(begin(person, **where))


def be_wrong_at_many_tills(company, times):
    """So that nobody has to wait."""
    for _ in range(times // 4):
        person = StaffMemberFactory(company=company)
        be_wrong(person, 4, till=TillFactory(outlet=company.outlets.first()))


class TestThePersonReadsThem:
    @pytest.fixture
    def client(self, till, cashier):
        cashier.set_password(PASSWORD)
        cashier.save(update_fields=["password"])
        client = Client()
        enrol(client, till)
        return client

    def sign_in(self, client, person, password=PASSWORD):
        sent = {"username": person.username, "password": password}
        answer = client.post(reverse("sign_in"), sent)
        return [str(one) for one in get_messages(answer.wsgi_request)]

    def test_at_the_next_right_sign_in_and_once(self, client, cashier, clock):
        self.sign_in(client, cashier)
        clock.shift(HOUR)
        for _ in range(3):
            self.sign_in(client, cashier, "wrong")
        clock.shift(HOUR)

        [said] = self.sign_in(client, cashier)
        assert said.replace("'", "&#x27;") in client.get(reverse("pos:account")).text
        clock.shift(HOUR)

        assert said.startswith("3 wrong tries in your name since your last sign-in")
        assert "at Till 1" in said
        assert "23 Nov 2026, 13:00" in said
        assert self.sign_in(client, cashier) == []

    def test_of_one_in_a_sentence_about_one(self, client, cashier, clock):
        self.sign_in(client, cashier, "wrong")
        clock.shift(HOUR)

        [said] = self.sign_in(client, cashier)

        assert said.startswith("1 wrong try in your name")

    def test_of_tries_to_approve_and_at_no_till(self, cashier, clock):
        mark_right(begin(cashier))
        clock.shift(HOUR)
        mark_wrong(begin_attempt(kind=AttemptKind.APPROVAL, person=cashier))
        clock.shift(HOUR)
        mark_right(begin(cashier))

        found = find_wrong_tries(cashier)

        assert (found.count, found.till, found.last_at) == (1, None, NOON + HOUR)
        assert "a browser that is no till" in str(found)

    @pytest.mark.parametrize(
        ("kinds", "change"),
        [
            (["sign_in", "approval"], "your password"),
            (["pin_sign_in", "pin_approval"], "your PIN"),
            (["own_password", "pin_sign_in"], "your password and your PIN"),
        ],
    )
    def test_with_the_advice_to_change_what_was_tried(self, cashier, kinds, change):
        for kind in kinds:
            attempt = begin_attempt(kind=AttemptKind(kind), person=cashier)
            mark_wrong(attempt)

        said = str(find_wrong_tries(cashier))

        advice = f"If it was not you, tell the owner and change {change}."
        assert said.endswith(f". {advice}")

    def test_of_nobody_elses(self, cashier, owner, clock):
        be_wrong(owner)
        clock.shift(HOUR)
        mark_right(begin(cashier))

        assert find_wrong_tries(cashier) is None


class TestAWaitIsInTheTrail:
    def entries(self):
        return AuditEntry.objects.filter(act=Act.WAIT_BEGAN)

    def test_of_a_person_when_it_begins(self, till, cashier, clock):
        be_wrong(cashier, 4, till=till)
        assert not self.entries().exists()

        be_wrong(cashier, till=till)

        [entry] = self.entries()
        assert (entry.staff_member, entry.till) == (cashier, till)
        assert entry.content["facts"] == {"kind": "sign_in", "minutes": 1}
        clock.shift(timedelta(minutes=1))
        be_wrong(cashier, till=till)
        minutes = [one.content["facts"]["minutes"] for one in self.entries()]
        assert sorted(minutes) == [1, 2]

    def test_of_a_till(self, till, clock):
        for _ in range(5):
            person = StaffMemberFactory(company=till.company)
            be_wrong(person, 4, till=till)

        [entry] = self.entries()
        assert entry.content["facts"]["minutes"] == 60

    def test_not_of_the_fifth_that_is_right(self, till, cashier, clock):
        be_wrong(cashier, 4, till=till)
        mark_right(begin(cashier, till=till))

        assert not self.entries().exists()

    def test_through_the_door(self, till, cashier):
        client = Client()
        enrol(client, till)
        for _ in range(6):
            client.post(
                reverse("sign_in"), {"username": cashier.username, "password": "no"}
            )

        assert self.entries().count() == 1

    def test_also_of_a_code(self, browser, till, cashier):
        client = browser(cashier)
        for _ in range(5):
            client.post("/till/choice/", {"uid": till.uid, "code": "12345678"})

        assert self.entries().get().content["facts"]["kind"] == "enrolment"


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_writes_that_a_wait_began():
    person = StaffMemberFactory()

    run_together(*[partial(be_wrong, person)] * 16)

    assert AuditEntry.objects.filter(act=Act.WAIT_BEGAN).count() == 1


class TestTheAlarm:
    @pytest.fixture
    def hundred(self, till, clock):
        be_wrong_at_many_tills(till.company, WRONG_PER_COMPANY_ALARM)

    def test_is_of_a_hundred_within_an_hour(self, till, clock):
        be_wrong_at_many_tills(till.company, 96)
        clock.shift(HOUR)
        be_wrong_at_many_tills(till.company, 96)
        assert not AttemptAlarm.objects.exists()

        be_wrong_at_many_tills(till.company, 4)

        alarm = AttemptAlarm.objects.get()
        assert (alarm.company, alarm.raised_at) == (till.company, NOON + HOUR)
        assert AuditEntry.objects.filter(act=Act.ATTEMPT_ALARM).count() == 1

    def test_rings_once_an_hour(self, hundred, till, clock):
        be_wrong_at_many_tills(till.company, 8)
        assert AttemptAlarm.objects.count() == 1
        clock.shift(HOUR)

        be_wrong_at_many_tills(till.company, 100)

        assert AttemptAlarm.objects.count() == 2

    def test_is_on_the_owners_pages_until_it_is_dismissed(
        self, hundred, browser, owner, till
    ):
        client = browser(owner)
        index, words = reverse("admin:index"), "100 wrong tries or more"
        assert words in client.get(index).text

        answer = client.post(reverse("admin:pos_attempt_dismissal"))

        assert answer.url == reverse("admin:pos_attempt_changelist")
        assert words not in client.get(index).text
        assert AttemptAlarm.objects.get().dismissed_by == owner
        assert AuditEntry.objects.get(act=Act.ATTEMPT_ALARM_DISMISSED)

    def test_is_on_no_page_of_others(self, hundred, browser, till):
        others = [
            StaffMemberFactory(
                company=till.company, may=["pos.view_till"], is_staff=True
            ),
            StaffMemberFactory(may=[MAY_SEE], is_staff=True),
        ]

        for person in others:
            page = browser(person).get(reverse("admin:index"))
            assert page.status_code == HTTPStatus.OK
            assert "wrong tries" not in page.text

    def test_is_dismissed_by_who_may_see_tries_and_once(self, hundred, owner, till):
        company = till.company
        nobody, stranger = (
            StaffMemberFactory(company=company, may=()),
            StaffMemberFactory(may=[MAY_SEE]),
        )
        with assert_no_writes(), pytest.raises(NotAllowedError):
            dismiss_alarms(company=company, actor=nobody)
        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            dismiss_alarms(company=company, actor=stranger)
        dismiss_alarms(company=company, actor=owner)
        with assert_no_writes():
            dismiss_alarms(company=company, actor=owner)

    def test_is_dismissed_by_somebody_of_the_company(self, hundred, owner):
        stranger = StaffMemberFactory()
        for values in (
            {"dismissed_at": NOON},
            {"dismissed_by": owner},
            {"dismissed_at": NOON, "dismissed_by": stranger},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                AttemptAlarm.objects.update(**values)


class TestTheList:
    def test_names_who_tried_what_and_where(self, browser, till, owner, cashier):
        mark_right(begin(cashier, till=till))
        begin_attempt(kind=SIGN_IN, name="nobody here", till=till)
        address = reverse("admin:pos_attempt_changelist")

        page = browser(owner).get(address).text

        for words in (str(cashier), "a name that is nobody", "Till 1"):
            assert words in page
        wrong = browser(owner).get(f"{address}?is_right__exact=0").text
        assert "1 try to sign in" in wrong

    def test_shows_a_pages_tries_in_few_queries(
        self, browser, till, owner, django_assert_max_num_queries
    ):
        for _ in range(20):
            mark_right(begin(StaffMemberFactory(company=till.company), till=till))
        client = browser(owner)

        with django_assert_max_num_queries(20):
            client.get(reverse("admin:pos_attempt_changelist"))


class TestCleaningUp:
    # It is done a month later than the clock of the database says.
    @pytest.mark.no_books_check
    def test_deletes_old_tries_of_all_and_sessions_that_are_over(
        self, browser, clock, cashier
    ):
        begin(cashier)
        begin_attempt(kind=SIGN_IN, name="nobody", address="192.0.2.1")
        browser(cashier)
        Session.objects.update(expire_date=NOON)
        clock.shift(KEPT_FOR + timedelta(seconds=1))
        begin(cashier, address="192.0.2.2")
        stdout = StringIO()
        old = Attempt.objects.count() - 1

        call_command("clean_up", "--dry-run", stdout=stdout)
        assert Attempt.objects.count() == old + 1
        call_command("clean_up", stdout=stdout)

        assert Attempt.objects.count() == 1
        assert not Session.objects.exists()
        assert stdout.getvalue() == f"old tries: {old}\n" * 2
