"""Voids: a basket is given up that was never paid for."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest

from pos.core.errors import CardNumberError, NotOfThisCompanyError, ReasonNeededError
from pos.core.ids import uuid7
from sales.basket.errors import SaleNotOpenError
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import FiscalDocument, Sale
from sales.shifts.close import close_shift
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import StaffMemberFactory, make_sale
from tests.support.tenders import cash

RACE_REPEATS = 4


def void(sale, reason="The customer left", **details):
    actor = details.pop("actor", sale.cashier)
    return void_sale(uid=sale.uid, reason=reason, actor=actor, **details)


def close(shift, counted):
    return close_shift(
        uid=shift.uid, counted_cash=Decimal(counted), actor=shift.cashier
    )


@pytest.mark.django_db
class TestVoidSale:
    def test_takes_no_number_no_money_and_no_stock(self, shift):
        sale = make_sale(shift, lines=2)
        at = datetime(2026, 11, 23, 5, tzinfo=UTC)

        voided = void(sale, at=at)

        sale.refresh_from_db()
        assert voided == sale
        assert (sale.status, sale.number, sale.receipt_number) == ("voided", None, None)
        assert (sale.voided_at, sale.voided_by) == (at, shift.cashier)
        assert (sale.void_reason, sale.shift) == ("The customer left", shift)
        shift.till.refresh_from_db()
        assert (shift.till.last_sale_number, shift.till.last_chain_no) == (0, 0)
        assert not FiscalDocument.objects.exists()
        assert not sale.tenders.exists()

    def test_a_parked_sale_can_be_voided(self, shift):
        cashier = Cashier(shift, uid=make_sale(shift).uid)
        cashier.do("park", label="Tall man")

        void(cashier.sale)

        assert (cashier.sale.status, cashier.sale.parked_at) == ("voided", None)

    def test_without_an_open_shift_it_belongs_to_none(self, shift):
        sale = make_sale(shift)
        close(shift, 100)

        assert void(sale).shift is None

    def test_a_repeat_changes_nothing(self, shift):
        sale = make_sale(shift)
        void(sale)

        with assert_no_writes():
            again = void(sale, reason="Another")

        assert again.void_reason == "The customer left"

    def test_nothing_more_is_put_in_it(self, shift):
        cashier = Cashier(shift, uid=make_sale(shift).uid)
        void(cashier.sale)

        with assert_no_writes(), pytest.raises(SaleNotOpenError):
            cashier.do("note", text="Late")
        with assert_no_writes(), pytest.raises(SaleNotOpenError):
            finalize_sale(uid=cashier.uid, tenders=[cash(10)], actor=shift.cashier)

    @pytest.mark.parametrize("reason", ["", " \n ", "x" * 201])
    def test_refuses_without_a_reason(self, shift, reason):
        sale = make_sale(shift)

        with assert_no_writes(), pytest.raises(ReasonNeededError):
            void(sale, reason=reason)

    def test_refuses_a_card_number_for_a_reason(self, shift):
        sale = make_sale(shift)

        with assert_no_writes(), pytest.raises(CardNumberError):
            void(sale, reason="Paid by 4111 1111 1111 1111")

    def test_refuses_a_finalized_sale(self, shift):
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        with assert_no_writes(), pytest.raises(SaleNotOpenError, match="finalized"):
            void(sale)

    def test_knows_no_other_companys_sale(self, shift):
        sale, stranger = make_sale(shift), StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            void(sale, actor=stranger)
        with pytest.raises(NotOfThisCompanyError):
            void_sale(uid=uuid7(), reason="Gone", actor=shift.cashier)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Seen to fail with the sale's lock taken out."""

    def test_a_sale_is_voided_or_finalized_never_both(self, shift):
        for _ in range(RACE_REPEATS):
            sale = make_sale(shift)
            pay = partial(
                finalize_sale, uid=sale.uid, tenders=[cash(10)], actor=shift.cashier
            )

            results = run_together(pay, partial(void, sale))

            sale.refresh_from_db()
            assert sum(isinstance(r, SaleNotOpenError) for r in results) == 1
            assert sale.tenders.count() == (sale.status == "finalized")
        shift.till.refresh_from_db()
        assert shift.till.last_sale_number == Sale.objects.finalized().count()

    def test_a_void_waits_for_the_finalization(self, shift):
        sale = make_sale(shift)
        pay = partial(
            finalize_sale, uid=sale.uid, tenders=[cash(10)], actor=shift.cashier
        )

        result = run_behind(pay, partial(void, sale))

        assert isinstance(result, SaleNotOpenError)

    def test_a_void_during_a_close_lands_in_the_shift_or_in_none(self, shift):
        sale = make_sale(shift)
        ending = partial(close, shift, 100)

        result = run_behind(ending, partial(void, sale))

        assert (result.status, result.shift) == ("voided", None)
