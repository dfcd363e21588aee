from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from sales.cash.errors import AmountTooLargeError, NotPayableError
from sales.checkout.drawer_cash import expected_cash
from sales.errors import NoOpenShiftError
from sales.models import CashMovement
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.errors import ShiftClosedError
from tests.support.books import assert_no_writes, read_every_row
from tests.support.concurrency import run_behind, run_together
from tests.support.connection_loss import fail_at_each_statement
from tests.support.factories import (
    EVERYDAY,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

NOT_AN_AMOUNT = ["0", "-5.00", "NaN", "Infinity", "1e999", "1e11", "0.001"]


@pytest.fixture
def shift():
    """With a float of 100.00."""
    return ShiftFactory()


def move(shift, kind, amount, reason="Change bought", **details):
    return record_cash_movement(
        uid=details.pop("uid", None) or uuid7(),
        till=details.pop("till", shift.till),
        move=CashMove(kind, Decimal(amount), reason),
        actor=details.pop("actor", shift.cashier),
        **details,
    )


def test_of_a_shift_that_was_closed_meanwhile_is_not_the_next_ones(shift):
    close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)
    ShiftFactory(till=shift.till, cashier=shift.cashier)

    with assert_no_writes(), pytest.raises(ShiftClosedError):
        move(shift, "pay_out", "50.00", seen=shift)


class TestACashMovement:
    @pytest.mark.parametrize(
        ("kind", "amount", "expected"),
        [("pay_in", "50.00", 150), ("pay_out", "24.00", 76), ("drop", "80.00", 20)],
    )
    def test_changes_what_the_drawer_should_hold(self, shift, kind, amount, expected):
        moment = datetime(2026, 11, 23, 5, tzinfo=UTC)

        movement = move(shift, kind, amount, "  Stamps ", at=moment)

        movement.refresh_from_db()
        assert (movement.shift, movement.staff_member) == (shift, shift.cashier)
        assert (movement.reason, movement.moved_at) == ("Stamps", moment)
        assert expected_cash(shift) == expected

    def test_repeated_changes_nothing(self, shift):
        uid = uuid7()
        movement = move(shift, "pay_out", "24.00", uid=uid)

        with assert_no_writes():
            again = move(shift, "pay_out", "24", uid=uid)

        assert again.pk == movement.pk

    def test_repeated_after_the_close_returns_what_was_recorded(self, shift):
        uid = uuid7()
        movement = move(shift, "pay_out", "24.00", uid=uid)
        close_shift(uid=shift.uid, counted_cash=Decimal(76), actor=shift.cashier)

        with assert_no_writes():
            assert move(shift, "pay_out", "24.00", uid=uid).pk == movement.pk

    def test_repeated_with_other_content_is_a_conflict(self, shift):
        uid = uuid7()
        move(shift, "pay_out", "24.00", uid=uid)
        elsewhere = ShiftFactory(till__outlet=shift.till.outlet).till

        for other in (
            {"amount": "25.00"},
            {"kind": "drop"},
            {"reason": "Stamps"},
            {"till": elsewhere},
        ):
            details = {"kind": "pay_out", "amount": "24.00", "uid": uid} | other
            with assert_no_writes(), pytest.raises(DifferentRepeatError):
                move(shift, **details)

    @pytest.mark.parametrize("kind", ["pay_in", "pay_out", "drop"])
    @pytest.mark.parametrize("amount", NOT_AN_AMOUNT)
    def test_takes_an_amount_above_zero(self, shift, kind, amount):
        with assert_no_writes(), pytest.raises(InvalidAmountError):
            move(shift, kind, amount)

    @pytest.mark.parametrize("kind", ["pay_in", "pay_out", "drop"])
    def test_is_no_more_than_anybody_carries(self, shift, kind):
        if kind != "pay_in":
            move(shift, "pay_in", "100000")
        assert move(shift, kind, "100000")

        with assert_no_writes(), pytest.raises(AmountTooLargeError, match="at most"):
            move(shift, kind, "999999999.99")

    @pytest.mark.parametrize("kind", ["pay_in", "pay_out", "drop"])
    def test_is_in_coins_of_the_currency(self, shift, kind):
        with assert_no_writes(), pytest.raises(NotPayableError):
            move(shift, kind, "1.01")

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
    def test_needs_a_reason(self, shift, reason):
        with assert_no_writes(), pytest.raises(ReasonNeededError):
            move(shift, "pay_in", "5.00", reason)

    def test_needs_an_open_shift(self, shift):
        till = TillFactory(outlet=shift.till.outlet)

        with assert_no_writes(), pytest.raises(NoOpenShiftError):
            move(shift, "pay_in", "5.00", till=till)

    def test_of_another_companys_till_is_refused(self, shift):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            move(shift, "pay_in", "5.00", actor=stranger)

    def test_of_an_unknown_kind_is_a_mistake_of_ours(self, shift):
        with assert_no_writes(), pytest.raises(ValueError, match="no kind"):
            move(shift, "gift", "5.00")

    def test_that_fails_at_any_statement_leaves_nothing(self, shift):
        before = read_every_row()

        for place in fail_at_each_statement(lambda: move(shift, "pay_in", "5.00")):
            assert read_every_row() == before, place

        assert CashMovement.objects.count() == 1


class TestOpeningTheDrawerWithoutASale:
    @pytest.fixture
    def supervisor(self, shift):
        return StaffMemberFactory(
            company=shift.company, may=[*EVERYDAY, "sales.open_drawer"]
        )

    def test_moves_no_cash_and_says_who_agreed(self, shift, supervisor):
        movement = move(shift, "no_sale", "0", "Drawer jam", approved_by=supervisor)

        assert (movement.amount, movement.approved_by) == (0, supervisor)
        assert movement.staff_member == shift.cashier
        assert expected_cash(shift) == 100

    def test_needs_nobody_else_where_the_role_allows_it(self, shift, supervisor):
        movement = move(shift, "no_sale", "0", actor=supervisor)

        assert movement.approved_by == supervisor

    def test_needs_approval(self, shift):
        with assert_no_writes(), pytest.raises(ApprovalNeededError):
            move(shift, "no_sale", "0")

    def test_is_not_for_just_anybody_to_approve(self, shift):
        colleague = StaffMemberFactory(company=shift.company)
        stranger = StaffMemberFactory(may=["sales.open_drawer"])

        for approver in (colleague, stranger):
            with assert_no_writes(), pytest.raises(ApproverMayNotError):
                move(shift, "no_sale", "0", approved_by=approver)

    def test_takes_no_amount(self, shift, supervisor):
        with assert_no_writes(), pytest.raises(InvalidAmountError):
            move(shift, "no_sale", "5.00", actor=supervisor)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_the_same_movement_is_recorded_once(self, shift):
        uid = uuid7()

        results = run_together(
            *[lambda: move(shift, "pay_out", "24.00", uid=uid)] * 6,
        )

        assert {result.uid for result in results} == {uid}
        assert CashMovement.objects.count() == 1

    def test_a_movement_that_comes_behind_the_close_is_refused(self, shift):
        late = run_behind(
            lambda: close_shift(
                uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier
            ),
            lambda: move(shift, "pay_in", "5.00"),
        )

        assert isinstance(late, NoOpenShiftError)

    def test_a_movement_is_either_in_the_close_or_refused(self, shift):
        supervisor = StaffMemberFactory(
            company=shift.company, may=[*EVERYDAY, "sales.approve_variance"]
        )

        *moved, closed = run_together(
            *[lambda: move(shift, "pay_in", "5.00")] * 4,
            lambda: close_shift(
                uid=shift.uid,
                counted_cash=Decimal(100),
                actor=supervisor,
                variance_reason="Not counted",
            ),
        )

        recorded = [one for one in moved if isinstance(one, CashMovement)]
        assert all(
            isinstance(one, NoOpenShiftError) for one in moved if one not in recorded
        )
        assert closed.expected_cash == 100 + 5 * len(recorded)
