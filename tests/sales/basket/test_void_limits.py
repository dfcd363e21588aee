"""Void limits: how many lines of a sale a person takes off alone, in steps or not."""

from decimal import Decimal

import pytest

from pos.access.errors import (
    ApproverMayNotError,
    ApproverOfOtherOutletError,
    LimitPassedError,
)
from pos.core.errors import DifferentRepeatError
from pos.models import Approval, AuditEntry, Limit
from pos.models.limits import LimitedAct
from sales.basket.errors import OperationDiffersError
from sales.basket.operations import Operation
from sales.basket.void import void_sale
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.factories import (
    OutletFactory,
    ProductFactory,
    RestrictionFactory,
    ShiftFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db

SHIPPED = 5


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def supervisor(shop):
    return shop.staff["supervisor"]


@pytest.fixture
def from_elsewhere(supervisor):
    """A supervisor of another outlet."""
    outlet = OutletFactory(company=supervisor.company)
    return StaffMemberFactory(
        company=supervisor.company, role=supervisor.role, may=None, outlets=[outlet]
    )


def scan(cashier, number):
    for product in ProductFactory.create_batch(
        number, company=cashier.till.company, is_tracked=False
    ):
        assert cashier.scan(product.sku).ok


def remove(cashier, **more):
    return cashier.do("remove", line=str(cashier.lines[0].uid), **more)


def void(cashier, **more):
    return void_sale(
        uid=cashier.uid, reason="The customer left", actor=cashier.actor, **more
    )


def refused():
    entry = AuditEntry.objects.filter(act="refused").latest("id")
    return entry.content["facts"]["limit"]


class TestVoid:
    def test_up_to_the_limit_nobody_is_asked(self, cashier):
        scan(cashier, SHIPPED)

        assert void(cashier).approved_by is None
        assert not Approval.objects.exists()

    def test_beyond_it_nothing_is_written_but_the_try(self, cashier):
        scan(cashier, SHIPPED + 1)

        with (
            assert_no_writes(),
            pytest.raises(LimitPassedError, match="6 is above your limit of 5"),
        ):
            void(cashier)

        assert cashier.sale.status == "open"

    def test_a_refused_try_is_in_the_trail(self, cashier):
        scan(cashier, SHIPPED + 1)

        with pytest.raises(LimitPassedError):
            void(cashier)

        assert refused() == LimitedAct.VOID

    def test_somebody_agrees_to_this_void(self, cashier, supervisor):
        scan(cashier, SHIPPED + 1)

        voided = void(cashier, approved_by=supervisor)
        void(cashier, approved_by=supervisor)

        row = Approval.objects.get()
        assert (row.act, row.uid) == (LimitedAct.VOID, voided.uid)
        assert (row.requested, row.limit_passed) == (SHIPPED + 1, SHIPPED)
        assert (row.requested_by, row.approved_by) == (cashier.actor, supervisor)
        assert row.reason == "The customer left"
        assert cashier.sale.approved_by == supervisor
        entry = AuditEntry.objects.get(act="basket_voided")
        assert entry.approved_by == supervisor

    def test_the_approvers_own_limit_reaches_as_far(self, cashier, supervisor):
        Limit.objects.create(
            company=supervisor.company,
            role=supervisor.role,
            act=LimitedAct.VOID,
            value=Decimal(5),
        )
        scan(cashier, SHIPPED + 1)

        for person in (supervisor, cashier.actor):
            with assert_no_writes(), pytest.raises(ApproverMayNotError):
                void(cashier, approved_by=person)

    def test_somebody_of_another_outlet_may_not_agree(self, cashier, from_elsewhere):
        scan(cashier, SHIPPED + 1)

        with assert_no_writes(), pytest.raises(ApproverOfOtherOutletError):
            void(cashier, approved_by=from_elsewhere)

    def test_one_whose_id_an_approved_removal_has_is_refused(
        self, shift, cashier, supervisor
    ):
        scan(cashier, SHIPPED + 1)
        cashier.approved_by = supervisor
        cleared = cashier.do("clear", reason="Cannot pay")
        another = Cashier(shift, uid=cleared.uid)
        scan(another, SHIPPED + 1)

        with assert_no_writes(), pytest.raises(DifferentRepeatError):
            void(another, approved_by=supervisor)

    def test_lines_that_were_removed_before_count(self, cashier):
        scan(cashier, SHIPPED + 1)
        for _ in range(SHIPPED):
            assert remove(cashier).ok

        with assert_no_writes(), pytest.raises(LimitPassedError, match="6 is above"):
            void(cashier)

    def test_what_came_off_for_an_age_counts_for_nobody(self, cashier):
        rule = RestrictionFactory(company=cashier.till.company, minimum_age=18)
        products = ProductFactory.create_batch(
            2, company=cashier.till.company, is_tracked=False, restriction=rule
        )
        for product in products:
            assert cashier.scan(product.sku).ok
        scan(cashier, SHIPPED)
        cashier.do("refuse_age", age=18)
        assert len(cashier.lines) == SHIPPED
        remove(cashier)

        void(cashier)

        assert not Approval.objects.exists()
        assert cashier.sale.status == "voided"

    def test_a_supervisor_voids_alone(self, cashier, supervisor):
        scan(cashier, SHIPPED + 1)
        cashier.actor = supervisor

        assert void(cashier).status == "voided"

    def test_what_a_command_says_of_an_earlier_time_is_not_limited(self, cashier):
        scan(cashier, SHIPPED + 1)

        voided = void(cashier, at=cashier.sale.opened_at)

        assert (voided.status, voided.approved_by) == ("voided", None)


class TestRemoval:
    def test_line_by_line_is_counted_together(self, cashier):
        scan(cashier, SHIPPED + 2)
        for _ in range(SHIPPED):
            assert remove(cashier).ok

        result = remove(cashier)

        assert (result.ok, result.code) == (False, "approval_needed")
        assert "6 is above your limit of 5" in result.message
        assert len(cashier.lines) == 2
        assert not Approval.objects.exists()
        assert refused() == LimitedAct.VOID

    def test_clearing_counts_every_line(self, cashier):
        scan(cashier, SHIPPED + 1)
        remove(cashier)

        result = cashier.do("clear")

        assert result.code == "approval_needed"
        assert len(cashier.lines) == SHIPPED

    def test_a_line_that_is_put_back_counts_no_more(self, cashier):
        scan(cashier, SHIPPED)
        cleared = cashier.do("clear")
        cashier.do("restore", operation=str(cleared.uid))
        scan(cashier, 1)

        for _ in range(SHIPPED):
            assert remove(cashier).ok

    def test_somebody_agrees_to_this_operation(self, cashier, supervisor):
        scan(cashier, SHIPPED + 1)
        cashier.approved_by = supervisor

        result = cashier.do("clear", reason="The customer left")

        assert (result.ok, result.is_approved, cashier.lines) == (True, True, [])
        row = Approval.objects.get()
        assert (row.act, row.uid, row.requested) == (LimitedAct.VOID, result.uid, 6)
        assert row.reason == "The customer left"
        entry = AuditEntry.objects.get(act="lines_taken_off")
        assert (entry.staff_member, entry.approved_by) == (cashier.actor, supervisor)

    def test_one_approval_is_of_one_operation(self, cashier, supervisor):
        scan(cashier, SHIPPED + 2)
        for _ in range(SHIPPED):
            remove(cashier)
        cashier.approved_by = supervisor
        assert remove(cashier, reason="Cannot pay").is_approved
        cashier.approved_by = None

        assert remove(cashier).code == "approval_needed"

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_what_somebody_agrees_to_has_a_reason(self, cashier, supervisor, reason):
        scan(cashier, SHIPPED + 1)
        cashier.approved_by = supervisor

        result = cashier.do("clear", reason=reason)

        assert (result.ok, result.code) == (False, "reason_needed")
        assert len(cashier.lines) == SHIPPED + 1
        assert not Approval.objects.exists()

    def test_within_the_limit_no_reason_is_asked_for(self, cashier, supervisor):
        scan(cashier, SHIPPED)
        cashier.approved_by = supervisor

        result = cashier.do("clear")

        assert (result.ok, result.is_approved) == (True, False)

    def test_nobody_agrees_to_their_own_or_at_another_outlet(
        self, cashier, from_elsewhere
    ):
        scan(cashier, SHIPPED + 1)

        for person in (cashier.actor, from_elsewhere):
            cashier.approved_by = person
            result = cashier.do("clear", reason="Cannot pay")
            assert (result.ok, result.code) == (False, "approver_may_not")

        assert len(cashier.lines) == SHIPPED + 1
        assert not Approval.objects.exists()

    def test_the_id_of_another_approved_act_is_refused(
        self, shift, cashier, supervisor
    ):
        voided = Cashier(shift)
        for basket in (cashier, voided):
            scan(basket, SHIPPED + 1)
        uid = void(voided, approved_by=supervisor).uid
        cashier.approved_by = supervisor
        seq = cashier.sale.last_seq + 1

        with assert_no_writes(), pytest.raises(OperationDiffersError):
            cashier.send(Operation(uid, seq, "clear", {"reason": "Cannot pay"}))

    def test_a_smaller_quantity_counts_as_nothing(self, cashier):
        scan(cashier, SHIPPED)
        line = str(cashier.lines[0].uid)
        for quantity in ("9", "1"):
            assert cashier.do("set_quantity", line=line, quantity=quantity).ok

        assert cashier.do("clear").ok
