"""Concurrent part payments: real threads, one connection each.

Each of these has been seen to fail with the lock in question taken out.
"""

from decimal import Decimal
from functools import partial

import pytest

from pos.core.ids import uuid7
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.errors import PartPaymentEndedError, TenderShortError
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.models import PartPayment, Sale
from sales.shifts.close import close_shift
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import ShiftFactory, make_sale
from tests.support.tenders import cash, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sale() -> Sale:
    """A basket of 10.00 that holds 4.00."""
    sale = make_sale(ShiftFactory())
    take_part(sale, cash(4))
    return sale


def giving_back(sale: Sale, *, uid=None):
    return partial(
        give_back_part_payment,
        uid=uid or uuid7(),
        sale_uid=sale.uid,
        part_uid=PartPayment.objects.get(event="taken").uid,
        actor=sale.cashier,
        till=sale.till,
    )


def paying(sale: Sale, amount: int):
    return partial(
        finalize_sale, uid=sale.uid, tenders=[cash(amount)], actor=sale.cashier
    )


def test_money_is_given_back_once_by_eight_at_once(sale):
    results = run_together(*[giving_back(sale)] * 4, *[giving_back(sale) for _ in "ab"])

    given = {result for result in results if isinstance(result, PartPayment)}
    assert len(given) == 1
    refused = [result for result in results if result not in given]
    assert all(isinstance(result, PartPaymentEndedError) for result in refused)
    assert PartPayment.objects.count() == 2


def test_what_is_given_back_is_not_used_too(sale):
    assert isinstance(run_behind(giving_back(sale), paying(sale, 6)), TenderShortError)

    sale.refresh_from_db()
    assert (sale.status, sale.held_amount) == ("open", 0)


def test_what_is_used_is_not_given_back_too(sale):
    refusal = run_behind(paying(sale, 6), giving_back(sale))

    assert isinstance(refusal, PartPaymentEndedError)
    assert sale.tenders.count() == 2


def test_the_same_money_taken_twice_at_once_is_taken_once(sale):
    take = partial(
        take_part_payment,
        uid=uuid7(),
        sale_uid=sale.uid,
        payment=cash(2),
        actor=sale.cashier,
        till=sale.till,
    )
    assert len(set(run_together(*[take] * 6))) == 1

    sale.refresh_from_db()
    assert sale.held_amount == 6


def test_money_taken_during_a_close_is_in_the_shift_or_waits(sale):
    shift = sale.till.shifts.get()
    close = partial(
        close_shift,
        uid=shift.uid,
        counted_cash=expected_cash(shift) + Decimal(2),
        actor=sale.cashier,
    )
    take = partial(take_part, sale, cash(2))

    closed = run_behind(take, close)

    assert closed.expected_cash == closed.counted_cash
    assert closed.z_report.figures["held"][0][1] == "6.000"
