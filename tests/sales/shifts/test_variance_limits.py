"""Variance limits: how far a role's drawer may be off, and who agreed to more."""

from decimal import Decimal

import pytest

from pos.access.errors import (
    ApprovalNeededError,
    ApproverMayNotError,
    LimitPassedError,
)
from pos.core.ids import uuid7
from pos.models import Approval, AuditEntry, Limit
from pos.models.limits import LimitedAct
from sales.models import Shift
from sales.shifts.cash_movements import record_count
from sales.shifts.close import close_shift
from sales.shifts.errors import CountOverLimitError
from sales.shifts.variance_approval import sign_approval
from tests.support.factories import ShiftFactory, grant, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return make_shop(staff={"cashier": {}, "supervisor": {}, "owner": {}})


@pytest.fixture
def cashier(shop):
    """Who may see what the drawer should hold."""
    grant(shop.staff["cashier"].role, ["sales.view_expected"])
    return shop.staff["cashier"]


@pytest.fixture
def shift(shop):
    """With 100.00 expected."""
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


def close(shift, counted, actor, **closing):
    return close_shift(
        uid=shift.uid,
        counted_cash=Decimal(counted),
        actor=actor,
        variance_reason="Wrong change",
        **closing,
    )


def sign(shift, actor, approved_by):
    count = shift.counts.latest("pk")
    return sign_approval(shift=shift, count=count, actor=actor, approved_by=approved_by)


def refusals():
    """Return by whom, above which limit and why, and who was to approve it."""
    entries = AuditEntry.objects.filter(act="refused").order_by("pk")
    return [
        (
            entry.staff_member,
            entry.content["facts"]["limit"],
            entry.content["facts"]["code"],
            entry.approved_by,
        )
        for entry in entries
    ]


def set_limit(person, act, value):
    Limit.objects.create(
        company=person.company, role=person.role, act=act, value=Decimal(value)
    )


@pytest.mark.parametrize("counted", ["95.00", "105.00"])
def test_up_to_it_nobody_is_asked(shift, cashier, counted):
    assert close(shift, counted, cashier).approved_by is None
    assert not Approval.objects.exists()


@pytest.mark.parametrize("counted", ["94.95", "105.05"])
def test_beyond_somebody_agrees_to_this_close(shift, cashier, shop, counted):
    with pytest.raises(LimitPassedError, match="5.05 is above your limit of 5.00"):
        close(shift, counted, cashier)
    assert Shift.objects.get().is_open
    assert not Approval.objects.exists()

    supervisor = shop.staff["supervisor"]
    closed = close(shift, counted, cashier, approved_by=supervisor)

    assert closed.approved_by == supervisor
    row = Approval.objects.get()
    assert (row.act, row.uid) == (LimitedAct.VARIANCE, shift.uid)
    assert (row.requested, row.limit_passed) == (Decimal("5.05"), 5)
    assert (row.requested_by, row.approved_by) == (cashier, supervisor)
    assert row.reason == "Wrong change"


def test_a_supervisor_closes_alone(shift, shop):
    closed = close(shift, "40.00", shop.staff["supervisor"])

    assert (closed.variance, closed.approved_by) == (-60, None)


def test_the_approvers_own_limit_reaches_as_far(shift, cashier, shop):
    supervisor = shop.staff["supervisor"]
    set_limit(supervisor, LimitedAct.VARIANCE, "20")

    with pytest.raises(ApproverMayNotError):
        close(shift, "79.95", cashier, approved_by=supervisor)
    with pytest.raises(ApproverMayNotError):
        close(shift, "79.95", cashier, approved_by=cashier)
    assert close(shift, "79.95", cashier, approved_by=shop.staff["owner"])


def test_no_refusal_says_a_figure_to_who_may_not_see_it(shift, shop):
    cashier, supervisor = shop.staff["cashier"], shop.staff["supervisor"]
    set_limit(supervisor, LimitedAct.VARIANCE, "20")

    with pytest.raises(CountOverLimitError) as refused:
        close(shift, "67.30", cashier, approved_by=supervisor)
    assert "32.70" not in str(refused.value)

    with pytest.raises(ApproverMayNotError) as refused:
        sign(shift, cashier, approved_by=supervisor)
    assert "32.70" not in str(refused.value)


def test_each_recount_has_its_approval(shift, shop):
    cashier, supervisor = shop.staff["cashier"], shop.staff["supervisor"]

    def count(total, **more):
        return record_count(
            uid=uuid7(), shift=shift, total=Decimal(total), actor=cashier, **more
        )

    count("90.00")
    with pytest.raises(LimitPassedError, match="1 is above your limit of 0"):
        count("91.00")
    again = count("91.00", approved_by=supervisor)

    row = Approval.objects.get()
    assert (row.act, row.uid, row.requested) == (LimitedAct.RECOUNT, again.uid, 1)
    closed = close(shift, "92.00", cashier, approved_by=supervisor)
    acts = Approval.objects.filter(uid=closed.uid).order_by("act")
    assert [(row.act, row.requested) for row in acts] == [
        (LimitedAct.RECOUNT, 2),
        (LimitedAct.VARIANCE, 8),
    ]


def test_an_owner_may_allow_a_recount(shift, shop):
    cashier = shop.staff["cashier"]
    set_limit(cashier, LimitedAct.RECOUNT, "1")
    for total in ("90.00", "91.00"):
        record_count(uid=uuid7(), shift=shift, total=Decimal(total), actor=cashier)

    with pytest.raises(LimitPassedError, match="2 is above your limit of 1"):
        record_count(uid=uuid7(), shift=shift, total=Decimal(92), actor=cashier)


def test_each_stop_of_a_blind_close_is_in_the_trail_once(shift, shop):
    cashier, supervisor = shop.staff["cashier"], shop.staff["supervisor"]
    set_limit(supervisor, LimitedAct.VARIANCE, "20")

    for reason, approver in (("Unknown", None), ("", None), ("Unknown", supervisor)):
        with pytest.raises(CountOverLimitError):
            close_shift(
                uid=shift.uid,
                counted_cash=Decimal(60),
                actor=cashier,
                variance_reason=reason,
                approved_by=approver,
            )

    assert refusals() == [
        (cashier, "variance", "approval_needed", None),
        (cashier, "variance", "count_over_limit", None),
        (cashier, "variance", "approver_may_not", supervisor),
    ]
    assert shift.counts.count() == 1
    assert not Approval.objects.exists()


def test_a_reason_that_lacks_is_no_stop_where_somebody_agrees(shift, shop):
    with pytest.raises(CountOverLimitError):
        close_shift(
            uid=shift.uid,
            counted_cash=Decimal(60),
            actor=shop.staff["cashier"],
            approved_by=shop.staff["supervisor"],
        )

    assert refusals() == []


def test_each_stop_of_a_blind_recount_is_in_the_trail_once(shift, shop):
    cashier = shop.staff["cashier"]
    with pytest.raises(CountOverLimitError):
        close(shift, "60.00", cashier)
    for approver in (None, cashier):
        with pytest.raises((LimitPassedError, ApproverMayNotError)):
            close(shift, "61.00", cashier, approved_by=approver)

    assert refusals() == [
        (cashier, "variance", "approval_needed", None),
        (cashier, "recount", "approval_needed", None),
        (cashier, "recount", "approver_may_not", cashier),
    ]
    assert shift.counts.count() == 1


def test_who_may_not_see_a_difference_is_in_the_trail_once(shift, shop):
    """Nothing else is written, and no figure is said."""
    cashier, supervisor = shop.staff["cashier"], shop.staff["supervisor"]
    set_limit(supervisor, LimitedAct.VARIANCE, "20")
    record_count(uid=uuid7(), shift=shift, total=Decimal("67.30"), actor=cashier)
    before = AuditEntry.objects.count()

    for approver in (None, cashier, supervisor):
        with pytest.raises((ApprovalNeededError, ApproverMayNotError)) as refused:
            sign(shift, cashier, approver)
        assert "32.70" not in str(refused.value)

    assert refusals() == [
        (cashier, "variance", "approval_needed", None),
        (cashier, "variance", "approver_may_not", cashier),
        (cashier, "variance", "approver_may_not", supervisor),
    ]
    assert AuditEntry.objects.count() == before + 3
    assert not Approval.objects.exists()
    assert sign(shift, cashier, shop.staff["owner"])


def test_nobody_agrees_with_themselves_to_see_a_difference(shift, shop):
    """Not who may approve those of others, up to a limit of their own."""
    cashier = shop.staff["cashier"]
    grant(cashier.role, ["sales.approve_variance"])
    set_limit(cashier, LimitedAct.VARIANCE, "20")
    record_count(uid=uuid7(), shift=shift, total=Decimal(60), actor=cashier)

    with pytest.raises(ApprovalNeededError):
        sign(shift, cashier, None)
    with pytest.raises(ApproverMayNotError):
        sign(shift, cashier, cashier)
    assert sign(shift, cashier, shop.staff["supervisor"])
