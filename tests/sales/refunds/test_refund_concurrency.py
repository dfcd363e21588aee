"""Concurrent refunds: real threads, one connection each.

Each of these has been seen to fail with what it is about taken out.
"""

from decimal import Decimal
from functools import partial

import pytest

from customers.models import PointsEntry
from pos.core.errors import DifferentRepeatError, DomainError
from pos.core.ids import uuid7
from pos.models import StockItem
from sales.checkout.finalize import finalize_sale
from sales.errors import NoOpenShiftError
from sales.models import Sale, SaleLine, Shift
from sales.refunds.errors import TooMuchReturnedError
from sales.refunds.exchange import exchange_sale
from sales.refunds.with_receipt import refund_sale
from sales.shifts.close import close_shift
from tests.support.concurrency import run_together
from tests.support.factories import (
    EVERYDAY,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.refunds import make_refund, return_lines, sell_products
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db(transaction=True)

RACE_REPEATS = 4  # a race that is lost now and then shows in one of these


@pytest.fixture
def shift():
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


def refunding(sale, *quantities, shift, uid=None, reason="broken"):
    return partial(
        refund_sale,
        uid=uid or uuid7(),
        original=sale.uid,
        lines=return_lines(sale, *quantities),
        reason=reason,
        actor=shift.cashier,
        till=shift.till,
    )


def done(results):
    return [result for result in results if not isinstance(result, DomainError)]


def test_one_unit_refunded_from_sixteen_tills_is_refunded_once(shift):
    outlet = shift.till.outlet
    shifts = [shift, *ShiftFactory.create_batch(15, till__outlet=outlet)]
    customer = CustomerFactory(company=shift.company)
    for _ in range(RACE_REPEATS):
        sale = sell_products(shift, customer=customer)

        results = run_together(*[refunding(sale, shift=at) for at in shifts])

        refused = [r for r in results if isinstance(r, TooMuchReturnedError)]
        assert (len(done(results)), len(refused)) == (1, 15)
        assert sale.refunds.count() == 1
    customer.refresh_from_db()
    assert customer.points_balance == 0


def test_a_refund_that_is_retried_eight_times_at_once_is_one(shift):
    customer = CustomerFactory(company=shift.company)
    for _ in range(RACE_REPEATS):
        sale = sell_products(shift, quantity=20, customer=customer)
        call = refunding(sale, 1, shift=shift)

        results = run_together(*[call] * 8)

        assert {result.pk for result in results} == {sale.refunds.get().pk}
    assert StockItem.objects.count() == RACE_REPEATS
    assert PointsEntry.objects.filter(kind="reverse").count() == RACE_REPEATS


def test_one_id_for_two_refunds_at_once_is_one_of_them(shift):
    for _ in range(RACE_REPEATS):
        sale, uid = sell_products(shift, quantity=2), uuid7()

        results = run_together(
            *[refunding(sale, 1, shift=shift, uid=uid, reason=r) for r in ("a", "b")]
        )

        assert sum(isinstance(r, DifferentRepeatError) for r in results) == 1
        assert sale.refunds.count() == 1


def test_two_lines_of_one_sale_refunded_at_once_come_to_what_was_paid(shift):
    """Each pays back what the other leaves: one of them must be the last."""
    other = ShiftFactory(till__outlet=shift.till.outlet)
    customer = CustomerFactory(company=shift.company)
    for _ in range(RACE_REPEATS):
        sale = sell_products(shift, "5.04", "5.04", customer=customer)  # paid 10.05

        results = run_together(
            refunding(sale, 1, 0, shift=shift), refunding(sale, 0, 1, shift=other)
        )

        refunds = Sale.objects.filter(pk__in=[refund.pk for refund in results])
        assert sum(refund.due for refund in refunds) == -sale.due == Decimal("-10.05")
    customer.refresh_from_db()
    assert customer.points_balance == 0


def test_refunds_and_sales_in_opposite_order_do_not_deadlock(shift):
    other = ShiftFactory(till__outlet=shift.till.outlet)
    products = ProductFactory.create_batch(8, company=shift.company)
    customer = CustomerFactory(company=shift.company)
    for _ in range(RACE_REPEATS):
        sold = [
            sell_products(at, products=order, customer=customer)
            for at, order in ((shift, products), (other, products[::-1]))
        ]
        fresh = [make_sale(at, products=products[::-1]) for at in (shift, other)]

        results = run_together(
            refunding(sold[0], shift=other),
            refunding(sold[1], shift=shift),
            *[
                partial(
                    finalize_sale,
                    uid=sale.uid,
                    tenders=[cash(sale.total)],
                    actor=sale.cashier,
                )
                for sale in fresh
            ],
        )

        assert all(isinstance(result, Sale) for result in results)


def test_exchanges_and_refunds_of_one_sale_at_once_do_not_deadlock(shift):
    other = ShiftFactory(till__outlet=shift.till.outlet)
    customer = CustomerFactory(company=shift.company)
    for _ in range(RACE_REPEATS):
        sale = sell_products(shift, lines=2, quantity=2, customer=customer)
        new = [make_sale(at, customer=customer) for at in (shift, other)]

        results = run_together(
            *[
                partial(
                    exchange_sale,
                    refund_uid=uuid7(),
                    original=sale.uid,
                    lines=return_lines(sale, *quantities),
                    sale_uid=fresh.uid,
                    tenders=[],
                    reason="other size",
                    actor=at.cashier,
                    till=at.till,
                )
                for at, fresh, quantities in (
                    (shift, new[0], (1, 0)),
                    (other, new[1], (0, 1)),
                )
            ],
            refunding(sale, 1, 1, shift=other),
        )

        assert len(done(results)) == 3
        assert SaleLine.objects.filter(sale=sale, refunded_quantity=2).count() == 2


def test_a_refund_that_races_the_close_is_in_the_shift_or_waits_for_the_next(shift):
    supervisor = StaffMemberFactory(
        company=shift.company, may=[*EVERYDAY, "sales.approve_variance"]
    )
    for _ in range(RACE_REPEATS * 2):
        sale = sell_products(shift, quantity=3)

        *results, closed = run_together(
            *[refunding(sale, 1, shift=shift) for _ in range(3)],
            partial(
                close_shift,
                uid=shift.uid,
                counted_cash=Decimal(100),
                actor=supervisor,
                variance_reason="Not counted",
            ),
        )

        assert isinstance(closed, Shift)
        assert closed.expected_cash == 130 - 10 * len(done(results))
        for result in results:
            assert isinstance(result, Sale | NoOpenShiftError)
        shift = ShiftFactory(till=shift.till)


def test_a_refund_uses_no_number_when_it_is_refused(shift):
    sale = sell_products(shift, quantity=2)
    other = sell_products(shift)
    make_refund(other, shift=shift)

    run_together(
        *[refunding(sale, 1, shift=shift) for _ in range(2)],
        *[refunding(other, shift=shift) for _ in range(4)],
    )

    refunds = Sale.objects.filter(kind="refund").values_list("number", flat=True)
    assert sorted(refunds) == [1, 2, 3]
