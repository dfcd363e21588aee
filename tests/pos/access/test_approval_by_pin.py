"""Approval by PIN: whose it is, what is counted, and who can be chosen."""

import pytest
from django.test import RequestFactory

from pos.access.approval import approver_in, approvers_at
from pos.access.errors import (
    TooManyAttemptsError,
    WrongApproverError,
    WrongApproverPinError,
)
from pos.access.pins import save_pin
from pos.models import Attempt, AuditEntry
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db

PIN, PASSWORD = "493107", "correct horse"


@pytest.fixture
def till():
    return TillFactory()


@pytest.fixture
def hafiz(till):
    person = StaffMemberFactory(
        company=till.company,
        username="hafiz",
        name="Hafiz",
        may=["pos.approve_discount", "sales.approve_refund"],
    )
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    save_pin(person, PIN, is_first=False)
    return person


@pytest.fixture
def request_at(till):
    cashier = StaffMemberFactory(company=till.company, may=["sales.sell"])

    def make(at=till):
        request = RequestFactory().post("/")
        request.user = cashier
        if at is not None:
            request.till = at
        return request

    return make


def typed(secret, name="hafiz"):
    return {"approver": name, "approver_password": secret}


def test_is_by_the_pin_or_by_the_password(hafiz, request_at):
    assert approver_in(request_at(), typed(PIN)) == hafiz
    assert approver_in(request_at(), typed(PASSWORD)) == hafiz

    kinds = Attempt.objects.filter(is_right=True).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["pin_approval", "approval"]


def test_is_refused_with_a_wrong_pin_which_counts_and_is_in_the_trail(
    hafiz, request_at
):
    request = request_at()
    for _ in range(5):
        with pytest.raises(WrongApproverPinError):
            approver_in(request, typed("000000"))

    with pytest.raises(TooManyAttemptsError):
        approver_in(request, typed(PIN))

    assert Attempt.objects.count() == 5
    entry = AuditEntry.objects.last()
    assert (entry.act, entry.staff_member) == ("approval_failed", request.user)


def test_letters_are_a_wrong_pin_of_who_has_one(hafiz, request_at):
    """Their password is right all the same, and so it is compared."""
    with pytest.raises(WrongApproverPinError):
        approver_in(request_at(), typed("abc123"))

    assert Attempt.objects.get().kind == "approval"


def test_is_no_pin_in_a_browser_that_is_no_till(hafiz, request_at):
    with pytest.raises(WrongApproverError) as refusal:
        approver_in(request_at(at=None), typed(PIN))

    assert not isinstance(refusal.value, WrongApproverPinError)


def test_is_not_by_a_first_pin(hafiz, request_at):
    save_pin(hafiz, PIN, is_first=True)

    with pytest.raises(WrongApproverPinError):
        approver_in(request_at(), typed(PIN))


def test_is_not_by_somebody_of_another_company(hafiz, request_at):
    elsewhere = TillFactory()

    with pytest.raises(WrongApproverError):
        approver_in(request_at(at=elsewhere), typed(PIN))


def test_the_people_to_choose_from_are_those_who_approve(
    hafiz, till, django_assert_num_queries
):
    cashier = StaffMemberFactory(company=till.company, may=["sales.sell"])
    save_pin(cashier, PIN, is_first=False)
    aisha = StaffMemberFactory(
        company=till.company, name="Aisha", may=["sales.approve_refund"]
    )
    StaffMemberFactory(may=["sales.approve_refund"])
    StaffMemberFactory(
        company=till.company, may=["sales.approve_refund"], is_active=False
    )

    with django_assert_num_queries(1):
        assert approvers_at(till, besides=cashier) == [hafiz, aisha]
    assert approvers_at(till, besides=hafiz) == []


def test_nobody_is_chosen_where_nobody_has_a_pin(till):
    StaffMemberFactory(company=till.company, may=["sales.approve_refund"])

    assert approvers_at(till, besides=StaffMemberFactory(company=till.company)) == []
