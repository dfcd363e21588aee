"""Close of a shift: the count, the variance and who approves it."""

from decimal import Decimal

import pytest

from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
    InvalidCountError,
    NotOfThisCompanyError,
)
from pos.core.ids import uuid7
from sales.cash.errors import AmountTooLargeError
from sales.checkout.finalize import finalize_sale
from sales.models import CashCount, FiscalDocument, Sale, ZReport
from sales.shifts.cash_movements import CashMove, record_cash_movement, record_count
from sales.shifts.close import close_shift
from sales.shifts.errors import (
    PiecesDifferError,
    ShiftClosedError,
    StaleCountError,
    UnknownPieceError,
    VarianceReasonError,
)
from sales.shifts.open import open_shift
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import (
    EVERYDAY,
    CompanyFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

HUNDRED = {"50": 1, "10": 4, "0.50": 20}


@pytest.fixture
def shift():
    """With a float of 100.00, in a company that lets 5.00 pass."""
    return ShiftFactory()


@pytest.fixture
def supervisor(shift):
    return StaffMemberFactory(
        company=shift.company, may=[*EVERYDAY, "sales.approve_variance"]
    )


def count(shift, total="100.00", **details):
    return record_count(
        uid=details.pop("uid", None) or uuid7(),
        shift=shift,
        total=Decimal(total),
        actor=details.pop("actor", shift.cashier),
        **details,
    )


def close(shift, counted="100.00", **details):
    return close_shift(
        uid=shift.uid,
        counted_cash=Decimal(counted),
        actor=details.pop("actor", shift.cashier),
        **details,
    )


class TestAnOpeningCount:
    def test_is_kept_by_notes_and_coins(self):
        till = TillFactory()
        cashier = StaffMemberFactory(company=till.company)
        uid = uuid7()

        shift = open_shift(
            uid=uid,
            till=till,
            opening_float=Decimal(100),
            pieces=HUNDRED,
            actor=cashier,
        )

        opening = shift.counts.get()
        assert (opening.moment, opening.total) == (CashCount.Moment.OPENING, 100)
        assert (opening.pieces, opening.staff_member) == (HUNDRED, cashier)
        for pieces in (None, {"50": 2}):
            with assert_no_writes(), pytest.raises(DifferentRepeatError):
                open_shift(
                    uid=uid,
                    till=till,
                    opening_float=Decimal(100),
                    pieces=pieces,
                    actor=cashier,
                )

    @pytest.mark.parametrize(
        ("pieces", "error"),
        [
            ({"1000": 1}, UnknownPieceError),
            ({"50": -1}, InvalidCountError),
            ({"50": 100_000}, InvalidCountError),
            ({"50": True}, InvalidCountError),
            ({"50": 1}, PiecesDifferError),
        ],
    )
    def test_is_of_pieces_that_come_to_the_float(self, pieces, error):
        till = TillFactory()
        cashier = StaffMemberFactory(company=till.company)

        with assert_no_writes(), pytest.raises(error):
            open_shift(
                uid=uuid7(),
                till=till,
                opening_float=Decimal(100),
                pieces=pieces,
                actor=cashier,
            )

    def test_is_an_amount_alone_in_a_currency_whose_coins_are_unknown(self):
        till = TillFactory(outlet__company=CompanyFactory(currency="XAF"))
        cashier = StaffMemberFactory(company=till.company)
        details = {"till": till, "opening_float": Decimal(500), "actor": cashier}

        with assert_no_writes(), pytest.raises(UnknownPieceError):
            open_shift(uid=uuid7(), pieces={"500": 1}, **details)

        assert open_shift(uid=uuid7(), **details).counts.get().pieces == {}


class TestACount:
    def test_closes_nothing(self, shift):
        counted = count(shift, pieces=HUNDRED)

        shift.refresh_from_db()
        assert shift.is_open
        assert shift.counted_cash is None
        assert (counted.moment, counted.pieces) == ("closing", HUNDRED)

    def test_made_again_is_kept_beside_the_first(self, shift):
        count(shift, "90.00")
        count(shift, pieces=HUNDRED)

        close(shift)

        totals = shift.counts.order_by("pk").values_list("total", flat=True)
        assert list(totals) == [90, 100]
        document = FiscalDocument.objects.get(z_report__shift=shift)
        assert '"pieces":{"0.50":20,"10":4,"50":1}' in document.text

    def test_repeated_changes_nothing(self, shift):
        uid = uuid7()
        first = count(shift, uid=uid)

        with assert_no_writes():
            assert count(shift, "100", uid=uid).pk == first.pk
        with assert_no_writes(), pytest.raises(DifferentRepeatError):
            count(shift, "99.00", uid=uid)

    def test_is_no_more_than_a_drawer_holds_now(self, shift):
        with assert_no_writes(), pytest.raises(AmountTooLargeError):
            count(shift, "888812345.01")

        assert count(shift, "888812345.01", at=shift.opened_at)

    def test_of_a_closed_shift_is_refused(self, shift):
        close(shift)

        with assert_no_writes(), pytest.raises(ShiftClosedError):
            count(shift)

    @pytest.mark.parametrize("total", ["-0.01", "NaN", "1e999", "0.001"])
    def test_is_an_amount_of_money(self, shift, total):
        with assert_no_writes(), pytest.raises(InvalidAmountError):
            count(shift, total)

    def test_of_another_company_is_refused(self, shift):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            count(shift, actor=stranger)


class TestAVariance:
    def test_needs_a_reason(self, shift):
        for reason in ("", "  ", "x" * 201):
            with assert_no_writes(), pytest.raises(VarianceReasonError):
                close(shift, "99.95", variance_reason=reason)

        closed = close(shift, "99.95", variance_reason=" Wrong change given ")

        assert closed.variance_reason == "Wrong change given"
        assert closed.variance == Decimal("-0.05")
        assert closed.approved_by is None

    @pytest.mark.parametrize("counted", ["94.95", "105.05"])
    def test_above_the_limit_needs_a_supervisor(self, shift, supervisor, counted):
        with assert_no_writes(), pytest.raises(ApprovalNeededError):
            close(shift, counted, variance_reason="Unknown")

        closed = close(
            shift, counted, variance_reason="Unknown", approved_by=supervisor
        )

        assert (closed.closed_by, closed.approved_by) == (shift.cashier, supervisor)

    @pytest.mark.parametrize("counted", ["95.00", "105.00"])
    def test_up_to_the_limit_needs_none(self, shift, counted):
        assert not close(shift, counted, variance_reason="Unknown").is_open

    def test_needs_nobody_for_a_person_without_a_limit(self, shift, supervisor):
        closed = close(shift, "0", variance_reason="Unknown", actor=supervisor)

        assert (closed.is_open, closed.approved_by) == (False, None)

    def test_is_not_for_just_anybody_to_approve(self, shift):
        colleague = StaffMemberFactory(company=shift.company)
        stranger = StaffMemberFactory(may=["sales.approve_variance"])

        for approver in (colleague, stranger):
            with assert_no_writes(), pytest.raises(ApproverMayNotError):
                close(shift, "0", variance_reason="Unknown", approved_by=approver)

    def test_that_is_none_keeps_neither_reason_nor_approval(self, shift, supervisor):
        closed = close(shift, variance_reason="Unknown", approved_by=supervisor)

        assert (closed.variance_reason, closed.approved_by) == ("", None)

    def test_is_of_what_the_person_was_shown(self, shift):
        sale = make_sale(shift)
        count(shift)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        with assert_no_writes(), pytest.raises(StaleCountError):
            close(shift, expected=Decimal(100))

        assert close(shift, "110", expected=Decimal(110)).variance == 0


class TestAClose:
    def test_is_never_stuck(self, shift):
        make_sale(shift)
        Sale.objects.update(status="parked", parked_at=shift.opened_at)
        waiting = make_sale(shift)

        close(shift)

        waiting.refresh_from_db()
        assert waiting.status == Sale.Status.PARKED
        assert Sale.objects.parked().count() == 2

    def test_with_pieces_that_do_not_come_to_it_is_refused(self, shift):
        message = r"add up to 100\.00, not to 99\.00\.$"
        with assert_no_writes(), pytest.raises(PiecesDifferError, match=message):
            close(shift, "99.000", pieces=HUNDRED, variance_reason="Unknown")


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_one_close_makes_one_z_report(self, shift):
        results = run_together(*[lambda: close(shift)] * 6)

        assert {result.uid for result in results} == {shift.uid}
        assert ZReport.objects.get().number == 1

    def test_a_second_close_waits_for_the_first(self, shift):
        late = run_behind(
            lambda: close(shift),
            lambda: close(shift, "99.00", variance_reason="Unknown"),
        )

        assert isinstance(late, ShiftClosedError)
        assert ZReport.objects.count() == 1

    def test_the_same_count_twice_is_one(self, shift):
        uid = uuid7()

        results = run_together(*[lambda: count(shift, uid=uid)] * 6)

        assert len({result.pk for result in results}) == 1

    def test_a_shift_opened_behind_a_close_is_the_next(self, shift):
        opened = run_behind(
            lambda: close(shift),
            lambda: open_shift(
                uid=uuid7(),
                till=shift.till,
                opening_float=Decimal(100),
                actor=shift.cashier,
            ),
        )

        assert opened.is_open
        record_cash_movement(
            uid=uuid7(),
            till=shift.till,
            move=CashMove("pay_in", Decimal(5), "Change bought"),
            actor=shift.cashier,
        )
        assert opened.movements.count() == 1
