"""PINs: which are refused, who sets them, and what a try costs."""

import secrets

import pytest
from django.conf import settings
from django.db import IntegrityError

from pos.access import pin_hash
from pos.access.errors import (
    NoPinKeyError,
    NotAllowedError,
    PinKeyLostError,
    TooManyAttemptsError,
    WeakPinError,
)
from pos.access.pin_rules import COMMON, Weakness, find_weakness
from pos.access.pins import change_own_pin, check_pin, set_first_pin
from pos.core.errors import NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import Attempt, AttemptKind, AuditEntry, Pin
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_together
from tests.support.factories import StaffMemberFactory, TillFactory

PIN, OTHER = "493107", "860214"


@pytest.fixture
def till(db):
    return TillFactory(code="T12")


@pytest.fixture
def person(till):
    return StaffMemberFactory(company=till.company, may=["sales.sell"])


@pytest.fixture
def owner(till):
    return StaffMemberFactory(company=till.company, may=["pos.change_staffmember"])


def check(person, pin, till, kind=AttemptKind.PIN_SIGN_IN):
    return check_pin(uid=person.uid, pin=pin, till=till, kind=kind)


class TestRules:
    @pytest.mark.parametrize(
        ("pin", "why"),
        [
            ("", Weakness.SHAPE),
            ("4931", Weakness.SHAPE),
            ("49310x", Weakness.SHAPE),
            ("４９３１０７", Weakness.SHAPE),
            ("111111", Weakness.RUN),
            ("123456", Weakness.RUN),
            ("654321", Weakness.RUN),
            ("789012", Weakness.RUN),
            ("159753", Weakness.COMMON),
            ("000012", Weakness.TILL),
            ("120000", Weakness.TILL),
            ("493107", None),
        ],
    )
    def test_say_why_a_pin_is_refused(self, pin, why):
        assert find_weakness(pin, digits=6, till_codes=["T12", "front"]) == why

    @pytest.mark.parametrize("digits", [4, 6])
    def test_know_a_hundred_common_ones_that_no_other_rule_finds(self, digits):
        assert len(COMMON[digits]) == 100
        for pin in COMMON[digits]:
            assert find_weakness(pin, digits=digits, till_codes=[]) == Weakness.COMMON

    def test_of_four_digits_are_a_setting(self):
        assert find_weakness("4931", digits=4, till_codes=[]) is None
        assert find_weakness("1122", digits=4, till_codes=[]) == Weakness.COMMON


class TestFirst:
    def test_is_set_by_the_owner_and_has_to_be_changed(self, person, owner):
        stored = set_first_pin(person=person, pin=PIN, actor=owner)

        assert stored.has_to_change
        assert PIN not in stored.hash
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.staff_member) == ("pin_set", owner)
        assert PIN not in entry.text

    def test_set_again_changes_nothing(self, person, owner):
        stored = set_first_pin(person=person, pin=PIN, actor=owner)

        with assert_no_writes():
            assert set_first_pin(person=person, pin=PIN, actor=owner) == stored

    def test_takes_the_place_of_the_one_before(self, person, owner, till):
        set_first_pin(person=person, pin=PIN, actor=owner)
        set_first_pin(person=person, pin=OTHER, actor=owner)

        assert Pin.objects.count() == 1
        assert check(person, PIN, till) is None
        assert check(person, OTHER, till).person == person

    def test_is_refused_where_it_is_weak_or_nobody_may(self, person, owner, till):
        stranger = StaffMemberFactory()
        refusals = [
            (WeakPinError, {"pin": "123456", "actor": owner}),
            (NotAllowedError, {"pin": PIN, "actor": person}),
            (NotOfThisCompanyError, {"pin": PIN, "actor": owner, "person": stranger}),
        ]
        for error, call in refusals:
            with assert_no_writes(), pytest.raises(error):
                set_first_pin(**{"person": person} | call)

    def test_needs_a_key(self, person, owner, settings):
        settings.PIN_KEY = ""

        with assert_no_writes(), pytest.raises(NoPinKeyError):
            set_first_pin(person=person, pin=PIN, actor=owner)


class TestOwn:
    def test_is_changed_at_the_till(self, person, owner, till):
        set_first_pin(person=person, pin=PIN, actor=owner)

        change_own_pin(actor=person, pin=OTHER, till=till)

        assert not check(person, OTHER, till).has_to_change
        assert check(person, PIN, till) is None
        entry = AuditEntry.objects.get(act="pin_changed")
        assert (entry.staff_member, entry.till) == (person, till)

    @pytest.mark.parametrize("pin", [PIN, "654321", "000012", "4931"])
    def test_is_another_than_before_and_not_weak(self, person, owner, till, pin):
        set_first_pin(person=person, pin=PIN, actor=owner)

        with assert_no_writes(), pytest.raises(WeakPinError):
            change_own_pin(actor=person, pin=pin, till=till)

    def test_changed_again_stays(self, person, owner, till):
        set_first_pin(person=person, pin=PIN, actor=owner)
        changed = change_own_pin(actor=person, pin=OTHER, till=till)

        with assert_no_writes():
            assert change_own_pin(actor=person, pin=OTHER, till=till) == changed

    def test_of_another_length_than_the_company_wants_is_changed(
        self, person, owner, till
    ):
        set_first_pin(person=person, pin=PIN, actor=owner)
        change_own_pin(actor=person, pin=OTHER, till=till)
        till.company.pin_digits = 4
        till.company.save(update_fields=["pin_digits"])

        assert check(person, OTHER, till).has_to_change
        assert not change_own_pin(actor=person, pin="8602", till=till).is_first


class TestCheck:
    @pytest.fixture(autouse=True)
    def _pin(self, till, person, owner):
        set_first_pin(person=person, pin=PIN, actor=owner)

    def test_counts_each_try_of_the_person_at_the_till(self, person, till):
        for guess in ("000000", "", "49310", "493108"):
            assert check(person, guess, till) is None
        assert check(person, PIN, till)

        assert list(
            Attempt.objects.order_by("pk").values_list("is_right", flat=True)
        ) == [False] * 4 + [True]

    def test_refuses_the_right_one_after_five_wrong(self, person, till):
        for _ in range(5):
            check(person, "000000", till)

        with pytest.raises(TooManyAttemptsError):
            check(person, PIN, till)
        assert Attempt.objects.count() == 5

    def test_finds_nobody_of_another_company_or_without_a_pin_or_switched_off(
        self, person, owner, till, monkeypatch
    ):
        hashed = []
        monkeypatch.setattr(pin_hash, "waste_a_hash", lambda: hashed.append(1))
        elsewhere = TillFactory()
        person.is_active = False
        person.save(update_fields=["is_active"])

        assert check(person, PIN, elsewhere) is None
        assert check(owner, PIN, till) is None
        assert check(person, PIN, till) is None
        assert (
            check_pin(uid=uuid7(), pin=PIN, till=till, kind=AttemptKind.PIN_SIGN_IN)
            is None
        )
        assert len(hashed) == 4
        assert Attempt.objects.filter(is_right=False).count() == 4

    def test_is_only_right_for_its_person(self, person, owner, till):
        row = Pin.objects.get()
        Pin.objects.create(
            company=till.company,
            person=owner,
            hash=row.hash,
            key_id=row.key_id,
            digits=6,
        )

        assert check(owner, PIN, till) is None

    def test_with_a_key_from_before_is_hashed_with_the_one_of_now(
        self, person, till, settings
    ):
        before = settings.PIN_KEY
        settings.PIN_KEY = secrets.token_urlsafe(50)
        settings.PIN_KEY_FALLBACKS = [before]

        assert check(person, "000000", till) is None
        assert Pin.objects.get().key_id == pin_hash.key_id(before)
        assert check(person, PIN, till)

        settings.PIN_KEY_FALLBACKS = []
        assert check(person, PIN, till)

    def test_says_that_the_key_is_lost_and_counts_nothing(self, person, till, settings):
        settings.PIN_KEY = secrets.token_urlsafe(50)

        with assert_no_writes(), pytest.raises(PinKeyLostError) as refusal:
            check(person, PIN, till)

        assert "set a first PIN again" in str(refusal.value)


@pytest.mark.django_db(transaction=True)
def test_sixteen_tries_at_once_count_as_sixteen():
    till = TillFactory(code="T12")
    owner = StaffMemberFactory(company=till.company, may=["pos.change_staffmember"])
    person = StaffMemberFactory(company=till.company)
    set_first_pin(person=person, pin=PIN, actor=owner)

    def guess():
        try:
            return check(person, "000000", till)
        except TooManyAttemptsError:
            return "waits"

    answers = run_together(*[guess] * 16)

    assert answers.count(None) == 5
    assert answers.count("waits") == 11
    assert Attempt.objects.count() == 5


@pytest.mark.django_db
def test_the_database_knows_one_pin_a_person_of_four_or_six_digits(person, owner):
    stored = set_first_pin(person=person, pin=PIN, actor=owner)

    with pytest.raises(IntegrityError):
        Pin.objects.filter(person=person).update(digits=5)
    assert settings.PIN_KEY not in stored.hash
