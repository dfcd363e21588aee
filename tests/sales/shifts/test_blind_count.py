"""Blind count: who may not see the expected cash does not count until it fits."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from pos.access.errors import ApprovalNeededError
from pos.core.ids import uuid7
from sales.models import CashCount, CashMovement
from sales.shifts.cash_movements import (
    CashMove,
    record_cash_movement,
    record_count,
)
from sales.shifts.close import close_shift
from sales.shifts.errors import CountOverLimitError, VarianceReasonError
from tests.support.factories import (
    EVERYDAY,
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
    grant,
)

pytestmark = pytest.mark.django_db


def person(shift, *more):
    role = RoleFactory(company=shift.company)
    grant(role, {*EVERYDAY - {"sales.view_expected"}, *more})
    return StaffMemberFactory(company=shift.company, role=role)


@pytest.fixture
def shift():
    """With 100.00 expected, and a cashier who may not see that."""
    shift = ShiftFactory()
    shift.cashier = person(shift)
    shift.save(update_fields=["cashier"])
    return shift


def count(shift, total, **details):
    return record_count(
        uid=uuid7(),
        shift=shift,
        total=Decimal(total),
        **({"actor": shift.cashier} | details),
    )


def close(shift, total, **details):
    return close_shift(
        uid=shift.uid,
        counted_cash=Decimal(total),
        **({"actor": shift.cashier} | details),
    )


def test_counting_again_after_one_over_the_limit_takes_a_supervisor(shift):
    supervisor = person(shift, "sales.approve_variance")
    count(shift, "90.00")

    for act in (count, close):
        with pytest.raises(ApprovalNeededError) as refused:
            act(shift, "100.00")
        assert "amount" not in refused.value.facts
    count(shift, "90.00")  # the same is no other count
    again = count(shift, "100.00", approved_by=supervisor)

    assert (again.approved_by, again.expected_cash) == (supervisor, 100)
    assert not close(shift, "100.00").is_open


def test_cash_moved_after_a_count_over_the_limit_does_not_make_it_fit(shift):
    count(shift, "50.00")
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove(CashMovement.Kind.PAY_OUT, Decimal(50), "Bread"),
        actor=person(shift, "sales.move_cash"),
    )

    for act in (count, close):
        with pytest.raises(ApprovalNeededError):
            act(shift, "50.00")


def test_within_the_limit_it_is_counted_as_often_as_one_likes(shift):
    for total in ("95.00", "105.00", "99.95"):
        assert count(shift, total).approved_by is None
    with pytest.raises(VarianceReasonError, match="off by \N{MINUS SIGN}0.05"):
        close(shift, "99.95")


def test_people_who_see_the_expected_cash_count_again_alone(shift):
    sighted = person(shift, "sales.view_expected")
    for total in ("90.00", "100.00"):
        assert count(shift, total, actor=sighted).approved_by is None


def test_a_close_over_the_limit_says_only_so_and_leaves_its_count(shift):
    for details in ({}, {"variance_reason": "Unknown"}):
        with pytest.raises(CountOverLimitError) as refused:
            close(shift, "50.00", **details)
        assert "50" not in str(refused.value)
        assert "A supervisor has to approve this." in str(refused.value)

    assert CashCount.objects.get(moment="closing").total == 50
    with pytest.raises(ApprovalNeededError):
        close(shift, "100.00")
    supervisor = person(shift, "sales.approve_variance")
    closed = close(shift, "50.00", variance_reason="Unknown", approved_by=supervisor)
    assert (closed.variance, closed.approved_by) == (-50, supervisor)


def test_the_command_does_not_tell_either(shift):
    supervisor = person(shift, "sales.approve_variance")
    company, till = shift.company.code, shift.till.code

    def run(counted, **more):
        call_command(
            "close_shift",
            company=company,
            till=till,
            counted=counted,
            staff=shift.cashier.username,
            **more,
        )

    with pytest.raises(CommandError, match=r"over the limit\. Enter a reason"):
        run("60.00")
    with pytest.raises(CommandError, match="supervisor has to approve"):
        run("100.00")
    run("60.00", reason="Unknown", approved_by=supervisor.username)
    shift.refresh_from_db()
    assert shift.variance == -40
