"""Part payments: money is in hand, and written down, before a sale is finalized."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.core.errors import (
    CardNumberError,
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.ids import uuid7
from sales.basket.errors import (
    EmptySaleError,
    MoneyHeldError,
    SaleElsewhereError,
    SaleNotOpenError,
    StaleBasketError,
)
from sales.basket.void import void_sale
from sales.cash.errors import AmountTooLargeError, NotPayableError
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.errors import (
    CashOutError,
    CashPendingError,
    ChangeTooMuchError,
    PartPaymentEndedError,
    TendersDifferError,
    TenderShortError,
    TenderTooMuchError,
    UnknownTenderError,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.checkout.settlement import TenderInput
from sales.errors import NoOpenShiftError
from sales.models import PartPayment, RefusedCashOut, Sale, Shift
from sales.shifts.close import close_shift
from sales.shifts.figures import HeldFigures, as_json, from_json
from sales.shifts.open import open_shift
from sales.shifts.summary import sum_shift
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory, TillFactory
from tests.support.tenders import card, cash, give_back, paynow, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    """With a float of 100.00."""
    return ShiftFactory(opening_float=Decimal(100))


@pytest.fixture
def cashier(shift):
    """Works on a basket of two products at 10.00."""
    cashier = Cashier(shift)
    for product in ProductFactory.create_batch(
        2, company=shift.company, price=Decimal(10)
    ):
        cashier.scan(product.sku)
    return cashier


def test_change_of_another_shifts_money_has_to_be_in_the_drawer(cashier, shift):
    take_part(cashier.sale, cash(15))
    close(shift)
    empty = open_shift(
        uid=uuid7(),
        till=shift.till,
        opening_float=Decimal(0),
        actor=shift.cashier,
    )
    cashier.do("recall")
    cashier.do("remove", line=str(cashier.lines[0].uid))
    pay = partial(finalize_sale, uid=cashier.sale.uid, actor=shift.cashier)

    with pytest.raises(CashOutError):
        pay(tenders=[])

    assert RefusedCashOut.objects.get().amount == 5
    assert expected_cash(empty) == 0


def close(shift: Shift) -> Shift:
    return close_shift(
        uid=shift.uid, counted_cash=expected_cash(shift), actor=shift.cashier
    )


def opened(till, actor, opening_float) -> Shift:
    return open_shift(
        uid=uuid7(), till=till, opening_float=Decimal(opening_float), actor=actor
    )


def pay(cashier: Cashier, *tenders: TenderInput) -> Sale:
    return finalize_sale(
        uid=cashier.uid,
        tenders=tenders,
        actor=cashier.actor,
        till=cashier.till,
        revision=cashier.sale.revision,
    )


class TestTaking:
    def test_is_held_by_the_basket_and_expected_in_the_drawer_at_once(
        self, shift, cashier
    ):
        before = cashier.sale.revision
        take_part(cashier.sale, cash("1.00"))
        take_part(cashier.sale, card(3))

        assert cashier.sale.held_amount == 4
        assert cashier.sale.revision == before + 2
        assert expected_cash(shift) == 101
        figures = sum_shift(shift)
        assert figures.cash.expected == 101
        assert figures.held == (
            HeldFigures("cash", Decimal(1)),
            HeldFigures("card", Decimal(3)),
        )
        assert not figures.tenders
        assert from_json(as_json(figures)) == figures

    def test_happens_once_however_often_it_is_said(self, cashier):
        take = partial(
            take_part_payment,
            uid=uuid7(),
            sale_uid=cashier.uid,
            actor=cashier.actor,
            till=cashier.till,
        )
        first = take(payment=cash(5))
        assert take(payment=cash(5)) == first
        for other in (cash(6), card(5), TenderInput("cash", Decimal(5), "R")):
            with pytest.raises(DifferentRepeatError):
                take(payment=other)
        give_back(first)
        assert take(payment=cash(5)) == first
        assert cashier.sale.held_amount == 0

    @pytest.mark.parametrize(
        ("payment", "refusal"),
        [
            (cash(0), InvalidAmountError),
            (cash(-1), InvalidAmountError),
            (cash("0.001"), InvalidAmountError),
            (cash("NaN"), InvalidAmountError),
            (cash("1.01"), NotPayableError),
            (cash(100_001), AmountTooLargeError),
            (cash(1020), ChangeTooMuchError),
            (card("20.01"), TenderTooMuchError),
            (card(1, "4111 1111 1111 1111"), CardNumberError),
            (TenderInput("exchange", Decimal(1)), UnknownTenderError),
            (TenderInput("cash", Decimal(1), is_pending=True), CashPendingError),
        ],
        ids=str,
    )
    def test_is_refused_where_a_tender_would_be(self, cashier, payment, refusal):
        sale = cashier.sale
        with assert_no_writes(), pytest.raises(refusal):
            take_part(sale, payment)

    def test_is_only_for_an_open_basket_at_this_till(self, shift, cashier):
        take = partial(
            take_part_payment, uid=uuid7(), payment=cash(1), actor=cashier.actor
        )
        elsewhere = TillFactory(outlet=cashier.till.outlet)
        with pytest.raises(SaleElsewhereError):
            take(sale_uid=cashier.uid, till=elsewhere)
        with pytest.raises(NotOfThisCompanyError):
            take(sale_uid=uuid7(), till=cashier.till)
        empty = Cashier(shift)
        empty.do("note", text="Nothing yet")
        with pytest.raises(EmptySaleError):
            take(sale_uid=empty.uid, till=cashier.till)
        close(shift)
        with pytest.raises(NoOpenShiftError):
            take(sale_uid=cashier.uid, till=cashier.till)
        opened(cashier.till, cashier.actor, 100)
        pay(cashier, cash(20))
        with pytest.raises(SaleNotOpenError):
            take(sale_uid=cashier.uid, till=cashier.till)


class TestGivingBack:
    def test_happens_once(self, shift, cashier):
        part = take_part(cashier.sale, cash(5))
        give = partial(
            give_back_part_payment,
            sale_uid=cashier.uid,
            actor=cashier.actor,
            till=cashier.till,
        )
        uid = uuid7()
        first = give(uid=uid, part_uid=part.uid)
        assert give(uid=uid, part_uid=part.uid) == first
        with pytest.raises(PartPaymentEndedError, match="given back"):
            give(uid=uuid7(), part_uid=part.uid)
        with pytest.raises(DifferentRepeatError):
            give(uid=uid, part_uid=take_part(cashier.sale, cash(2)).uid)
        with pytest.raises(NotOfThisCompanyError):
            give(uid=uuid7(), part_uid=first.uid)
        assert expected_cash(shift) == 102
        (held,) = sum_shift(shift).held
        assert held == HeldFigures("cash", Decimal(7), Decimal(-5))

    def test_comes_from_the_drawer_of_the_till_that_has_the_basket(
        self, shift, cashier
    ):
        part = take_part(cashier.sale, cash(5))
        other = ShiftFactory(
            till=TillFactory(outlet=cashier.till.outlet), opening_float=Decimal(50)
        )
        Cashier(other, uid=cashier.uid).do("recall")
        give_back(part)

        assert (expected_cash(shift), expected_cash(other)) == (105, 45)

    def test_is_not_of_what_was_used(self, cashier):
        part = take_part(cashier.sale, cash(5))
        pay(cashier, cash(15))
        with pytest.raises(PartPaymentEndedError, match="used"):
            give_back(part)


class TestFinalization:
    def test_uses_what_is_held_beside_the_tenders(self, shift, cashier):
        take_part(cashier.sale, cash(5))
        take_part(cashier.sale, paynow(3))
        sale = pay(cashier, cash(20))

        assert [(t.kind, t.tendered, t.change) for t in sale.tenders.all()] == [
            ("cash", 5, 0),
            ("paynow", 3, 0),
            ("cash", 20, 8),
        ]
        used = PartPayment.objects.used()
        assert [(row.tender.position, row.amount) for row in used] == [(1, -5), (2, -3)]
        sale.refresh_from_db()
        assert sale.held_amount == 0
        assert expected_cash(shift) == 100 + 20 - 3
        assert sum_shift(shift).cash.held == 0

    def test_is_repeated_with_the_same_tenders_only(self, cashier):
        take_part(cashier.sale, cash(5))
        sale = pay(cashier, cash(15))
        again = partial(finalize_sale, uid=sale.uid, actor=cashier.actor)
        with assert_no_writes():
            assert again(tenders=[cash(15)]) == sale
            assert again(tenders=[cash(5), cash(15)]) == sale
            with pytest.raises(TendersDifferError):
                again(tenders=[cash(20)])

    def test_needs_nothing_more_where_all_is_held(self, cashier):
        take_part(cashier.sale, cash(25))
        sale = pay(cashier)

        assert [(t.tendered, t.change) for t in sale.tenders.all()] == [(25, 5)]

    def test_takes_the_rest_and_not_less(self, cashier):
        take_part(cashier.sale, cash(5))
        with assert_no_writes(), pytest.raises(TenderShortError, match=r"0\.50"):
            pay(cashier, cash("14.50"))

    def test_gives_change_for_cash_where_the_basket_became_smaller(
        self, shift, cashier
    ):
        take_part(cashier.sale, cash(15))
        cashier.do("remove", line=str(cashier.lines[0].uid))
        sale = pay(cashier)

        assert [(t.tendered, t.change) for t in sale.tenders.all()] == [(15, 5)]
        assert expected_cash(shift) == 110

    def test_gives_no_change_for_a_card(self, cashier):
        part = take_part(cashier.sale, card(15))
        cashier.do("remove", line=str(cashier.lines[0].uid))
        with assert_no_writes(), pytest.raises(TenderTooMuchError, match=r"5\.00"):
            pay(cashier)
        give_back(part)
        assert pay(cashier, card(10)).is_finalized

    def test_refuses_a_page_that_does_not_know_of_the_money(self, cashier):
        seen = cashier.sale.revision
        take_part(cashier.sale, cash(5))
        with pytest.raises(StaleBasketError):
            finalize_sale(
                uid=cashier.uid, tenders=[cash(20)], actor=cashier.actor, revision=seen
            )

    def test_takes_one_statement_more_and_none_without_money_held(self, cashier, shift):
        def statements(*parts):
            other = Cashier(shift)
            other.scan(cashier.lines[0].sku)
            for part in parts:
                take_part(other.sale, part)
            with CaptureQueriesContext(connection) as queries:
                finalize_sale(uid=other.uid, tenders=[cash(10)], actor=shift.cashier)
            return len(queries)

        statements()  # Makes the stock items and reads the role.
        few = statements()
        assert statements(cash(1)) == statements(*[cash("0.50")] * 4) == few + 1


class TestShifts:
    def test_each_cent_is_expected_once_over_two_shifts(self, shift, cashier):
        take_part(cashier.sale, cash(5))
        take_part(cashier.sale, card(2))
        first = close(shift)
        assert first.expected_cash == 105
        assert cashier.sale.status == "parked"

        second = opened(cashier.till, cashier.actor, 105)
        assert expected_cash(second) == 105
        pay(cashier, cash(15))
        assert [t.change for t in cashier.sale.tenders.all()] == [0, 0, 2]
        second.refresh_from_db()
        assert close(second).expected_cash == 105 + 13
        assert [report.z_report.figures["held"] for report in (first, second)] == [
            [["cash", "5.000", "0.000", "0.000"], ["card", "2.000", "0.000", "0.000"]],
            [
                ["cash", "0.000", "0.000", "-5.000"],
                ["card", "0.000", "0.000", "-2.000"],
            ],
        ]
        assert second.z_report.figures["tenders"][0][:3] == ["cash", 2, "18.000"]

    def test_a_basket_with_money_and_no_lines_is_parked_too(self, shift, cashier):
        part = take_part(cashier.sale, cash(5))
        for line in cashier.lines:
            cashier.do("remove", line=str(line.uid))
        close(shift)
        assert cashier.sale.status == "parked"
        opened(cashier.till, cashier.actor, 105)
        give_back(part)
        assert cashier.sale.held_amount == 0

    def test_a_report_without_part_payments_says_nothing_of_them(self, shift, cashier):
        pay(cashier, cash(20))
        assert "held" not in close(shift).z_report.figures


class TestABasketThatHoldsMoney:
    def test_is_not_voided_and_not_cleared(self, cashier):
        part = take_part(cashier.sale, cash("1.00"))
        with assert_no_writes(), pytest.raises(MoneyHeldError, match=r"1\.00"):
            void_sale(uid=cashier.uid, reason="Left", actor=cashier.actor)
        cleared = cashier.do("clear")
        assert (cleared.ok, cleared.code) == (False, "money_held")
        assert len(cashier.lines) == 2
        give_back(part)
        assert cashier.do("clear").ok
        assert void_sale(uid=cashier.uid, reason="Left", actor=cashier.actor)

    def test_may_be_parked_and_recalled_elsewhere_with_it(self, cashier):
        take_part(cashier.sale, cash(5))
        assert cashier.do("park").ok
        other = ShiftFactory(
            till=TillFactory(outlet=cashier.till.outlet), opening_float=Decimal(50)
        )
        taker = Cashier(other, uid=cashier.uid)
        taker.do("recall")
        pay(taker, cash(15))

        assert (expected_cash(other), cashier.sale.held_amount) == (65, 0)
