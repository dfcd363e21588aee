"""Tenders after the sale: pending ones are confirmed, wrong ones corrected."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from pos.core.errors import (
    CardNumberError,
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.errors import (
    AlreadyConfirmedError,
    CashPendingError,
    NotCorrectedError,
    NothingToCorrectError,
    NotPendingError,
    ReferenceNeededError,
    SaleRefundedError,
    SameTenderError,
    UnknownTenderError,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import Sale, Tender, TenderConfirmation, TenderCorrection
from sales.shifts.close import close_shift
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import ShiftFactory, StaffMemberFactory, make_sale
from tests.support.refunds import sell_products
from tests.support.tenders import card, cash, paynow

AT = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


@pytest.fixture
def shift():
    """With a supervisor, who agrees that money was cash, or was not."""
    shift = ShiftFactory()
    may = ["sales.approve_refund"]
    StaffMemberFactory(company=shift.company, username="supervisor", may=may)
    return shift


def paid(shift, *tenders) -> Sale:
    sale = make_sale(shift)
    return finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)


def pending(amount=10) -> TenderInput:
    return replace(paynow(amount, ""), is_pending=True)


def confirm(tender, **details):
    details = {"uid": uuid7(), "reference": "FT2611230042"} | details
    details.setdefault("actor", tender.sale.cashier)
    return confirm_tender(tender=tender, **details)


def correct(tender, kind="card", **details):
    details = {"uid": uuid7(), "reference": "", "reason": "Wrong button"} | details
    details.setdefault("actor", tender.sale.cashier)
    supervisor = tender.company.staff.filter(username="supervisor").first()
    details.setdefault("approved_by", supervisor)
    return correct_tender(tender=tender, kind=kind, **details)


def close(shift, counted):
    return close_shift(
        uid=shift.uid, counted_cash=Decimal(counted), actor=shift.cashier
    )


@pytest.mark.django_db
class TestAcceptedTenders:
    @pytest.mark.parametrize("kind", ["nets", "voucher", "exchange", "cheque"])
    def test_what_the_company_does_not_take_is_refused(self, shift, kind):
        sale = make_sale(shift)
        tenders = [TenderInput(kind, Decimal(10))]

        with assert_no_writes(), pytest.raises(UnknownTenderError):
            finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)

    def test_what_it_takes_pays(self, shift):
        company = shift.company
        company.accepted_tenders = [*company.accepted_tenders, "nets"]
        company.save(update_fields=["accepted_tenders"])

        sale = paid(shift, TenderInput("nets", Decimal(4)), cash(10))

        assert [(t.kind, t.amount) for t in sale.tenders.all()] == [
            ("nets", 4),
            ("cash", 6),
        ]

    def test_cash_can_be_switched_off(self, shift):
        shift.company.accepted_tenders = ["card"]
        shift.company.save(update_fields=["accepted_tenders"])
        sale = make_sale(shift)

        with pytest.raises(UnknownTenderError):
            finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999", "-1", "0.001"])
    def test_no_kind_takes_what_is_no_money(self, shift, amount):
        sale = make_sale(shift)
        for kind in ("cash", "card", "paynow"):
            tenders = [TenderInput(kind, Decimal(amount))]
            with assert_no_writes(), pytest.raises(InvalidAmountError):
                finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)

    def test_cash_is_there_or_it_is_not(self, shift):
        sale = make_sale(shift)
        tenders = [replace(cash(10), is_pending=True)]

        with assert_no_writes(), pytest.raises(CashPendingError):
            finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)

    def test_a_pending_tender_pays_and_waits(self, shift):
        sale = paid(shift, pending(4), cash(6))

        [tender] = Tender.objects.pending()
        assert (tender.sale, tender.kind, tender.amount) == (sale, "paynow", 4)
        assert tender.needs_confirmation

    def test_a_repeat_that_no_longer_waits_is_another_payment(self, shift):
        sale = paid(shift, pending())
        tenders = [paynow(10, "")]

        with pytest.raises(Exception, match="different tenders"):
            finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)


@pytest.mark.django_db
class TestConfirmTender:
    @pytest.fixture
    def tender(self, shift):
        return paid(shift, pending()).tenders.get()

    def test_says_who_saw_what_and_when(self, shift, tender):
        later = tender.sale.finalized_at + timedelta(hours=1)
        confirmation = confirm(tender, reference="  FT 42 ", at=later)

        assert (confirmation.tender, confirmation.reference) == (tender, "FT 42")
        assert confirmation.staff_member == shift.cashier
        assert confirmation.confirmed_at == later
        assert not Tender.objects.pending().exists()

    def test_a_repeat_returns_the_first(self, tender):
        uid = uuid7()
        first = confirm(tender, uid=uid)

        with assert_no_writes():
            assert confirm(tender, uid=uid) == first

    def test_a_repeat_with_other_content_is_refused(self, shift, tender):
        uid = uuid7()
        confirm(tender, uid=uid)
        other = paid(shift, pending()).tenders.get()

        with assert_no_writes():
            with pytest.raises(DifferentRepeatError):
                confirm(tender, uid=uid, reference="Other")
            with pytest.raises(DifferentRepeatError):
                confirm(other, uid=uid)

    def test_only_once(self, tender):
        confirm(tender)

        with (
            assert_no_writes(),
            pytest.raises(AlreadyConfirmedError, match="FT2611230042"),
        ):
            confirm(tender)

    def test_refuses_what_was_not_pending(self, shift):
        tender = paid(shift, paynow(10)).tenders.get()

        with assert_no_writes(), pytest.raises(NotPendingError):
            confirm(tender)

    def test_refuses_what_came_in_another_way_after_all(self, tender):
        correct(tender, "cash")

        with assert_no_writes(), pytest.raises(NotPendingError):
            confirm(tender)

    @pytest.mark.parametrize("reference", ["", "  ", "x" * 65])
    def test_refuses_without_a_reference(self, tender, reference):
        with assert_no_writes(), pytest.raises(ReferenceNeededError):
            confirm(tender, reference=reference)

    def test_refuses_a_card_number(self, tender):
        with assert_no_writes(), pytest.raises(CardNumberError):
            confirm(tender, reference="4111111111111111")

    def test_knows_no_other_companys_tender(self, tender):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            confirm(tender, actor=stranger)


@pytest.mark.django_db
class TestCorrectTender:
    @pytest.fixture
    def tender(self, shift):
        """Cash with change: 12.00 given for 10.00."""
        return paid(shift, cash(12)).tenders.get()

    def test_the_tender_stays_and_its_money_counts_otherwise(self, shift, tender):
        later = tender.sale.finalized_at + timedelta(hours=1)
        correction = correct(tender, "card", reference="056012", at=later)

        tender.refresh_from_db()
        assert (tender.kind, tender.tendered) == ("cash", 12)
        assert (correction.kind_before, correction.kind_after) == ("cash", "card")
        assert (correction.amount, correction.shift) == (10, shift)
        assert (correction.reason, correction.corrected_at) == ("Wrong button", later)
        assert tender.counts_as == "card"
        assert expected_cash(shift) == 100

    def test_from_card_to_cash_the_drawer_expects_it(self, shift):
        tender = paid(shift, card(4), cash(6)).tenders.get(kind="card")

        correct(tender, "cash")

        assert expected_cash(shift) == 110
        closed = close(shift, 110)
        assert closed.variance == 0

    def test_the_last_of_several_counts(self, shift, tender):
        correct(tender, "card")
        correct(tender, "paynow")
        correction = correct(tender, "cash")

        assert (correction.kind_before, correction.kind_after) == ("paynow", "cash")
        assert expected_cash(shift) == 110

    def test_a_tender_that_never_came_was_paid_in_cash(self, shift):
        tender = paid(shift, pending()).tenders.get()

        correct(tender, "cash")

        assert not Tender.objects.pending().exists()
        assert expected_cash(shift) == 110

    def test_a_pending_tender_corrected_back_is_pending_again(self, shift):
        tender = paid(shift, pending()).tenders.get()
        correct(tender, "card")
        assert not Tender.objects.pending().exists()

        correct(tender, "paynow")

        [waiting] = Tender.objects.pending()
        assert waiting == tender
        assert waiting.needs_confirmation
        assert confirm(tender).reference == "FT2611230042"
        assert not Tender.objects.pending().exists()

    def test_refuses_what_comes_to_nothing(self, shift):
        tender = sell_products(shift, "0.02", tenders=[cash(5)]).tenders.get()

        with assert_no_writes(), pytest.raises(NothingToCorrectError):
            correct(tender, "card")

    def test_a_repeat_returns_the_first(self, shift, tender):
        uid = uuid7()
        first = correct(tender, uid=uid)
        close(shift, 100)

        with assert_no_writes():
            assert correct(tender, uid=uid) == first

    @pytest.mark.parametrize(
        "other", [{"kind": "paynow"}, {"reason": "Other"}, {"reference": "1"}]
    )
    def test_a_repeat_with_other_content_is_refused(self, tender, other):
        uid = uuid7()
        correct(tender, uid=uid)

        with assert_no_writes(), pytest.raises(DifferentRepeatError):
            correct(tender, **{"uid": uid} | other)

    @pytest.mark.parametrize("kind", ["nets", "voucher", "exchange", "cheque"])
    def test_refuses_what_the_company_does_not_take(self, tender, kind):
        with assert_no_writes(), pytest.raises(UnknownTenderError):
            correct(tender, kind)

    def test_refuses_what_it_is_already(self, tender):
        with assert_no_writes(), pytest.raises(SameTenderError):
            correct(tender, "cash")
        correct(tender, "card")
        with assert_no_writes(), pytest.raises(SameTenderError):
            correct(tender, "card")

    def test_refuses_in_the_next_shift(self, shift, tender):
        close(shift, 110)
        ShiftFactory(till=shift.till)

        with assert_no_writes(), pytest.raises(NotCorrectedError):
            correct(tender)

    def test_refuses_what_the_bank_has(self, shift):
        tender = paid(shift, pending()).tenders.get()
        confirm(tender)

        with assert_no_writes(), pytest.raises(AlreadyConfirmedError):
            correct(tender, "cash")

    @pytest.mark.parametrize("reason", ["", " ", "x" * 201])
    def test_refuses_without_a_reason(self, tender, reason):
        with assert_no_writes(), pytest.raises(ReasonNeededError):
            correct(tender, reason=reason)

    @pytest.mark.parametrize("name", ["reason", "reference"])
    def test_refuses_a_card_number(self, tender, name):
        with assert_no_writes(), pytest.raises(CardNumberError):
            correct(tender, **{name: "4111111111111111"})

    def test_refuses_a_reference_that_is_too_long(self, tender):
        with assert_no_writes(), pytest.raises(ReferenceNeededError):
            correct(tender, reference="x" * 65)

    def test_knows_no_other_companys_tender(self, tender):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            correct(tender, actor=stranger)

    @pytest.mark.usefixtures("rolled_back")
    def test_refuses_once_some_was_refunded(self, shift, tender):
        make_refund_of(tender.sale, shift)

        with pytest.raises(SaleRefundedError):
            correct(tender)


def make_refund_of(sale, shift):
    """As much of a refund as the rule looks at: a sale that names its original."""
    Sale.objects.create(
        uid=uuid7(),
        company=sale.company,
        till=sale.till,
        cashier=shift.cashier,
        kind="refund",
        original=sale,
        prices_include_tax=True,
        tax_rounding=sale.tax_rounding,
        opened_at=AT,
    )


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Seen to fail with the lock in question taken out."""

    def test_two_people_confirm_it_once(self, shift):
        for _ in range(4):
            tender = paid(shift, pending()).tenders.get()

            results = run_together(*[partial(confirm, tender)] * 2)

            assert sum(isinstance(r, AlreadyConfirmedError) for r in results) == 1
        assert TenderConfirmation.objects.count() == 4

    def test_a_correction_waits_for_the_close_and_is_refused(self, shift):
        tender = paid(shift, cash(10)).tenders.get()
        ending = partial(close, shift, 110)

        result = run_behind(ending, partial(correct, tender))

        assert isinstance(result, NotCorrectedError)

    def test_a_close_waits_for_the_correction_and_expects_it(self, shift):
        tender = paid(shift, cash(10)).tenders.get()
        ending = partial(close, shift, 100)

        result = run_behind(partial(correct, tender), ending)

        assert (result.expected_cash, result.variance) == (100, 0)

    def test_the_same_correction_twice_at_once_is_made_once(self, shift):
        for _ in range(4):
            tender = paid(shift, cash(10)).tenders.get()

            run_together(*[partial(correct, tender, uid=uuid7())] * 2)

            assert tender.corrections.count() == 1
        assert TenderCorrection.objects.count() == 4
