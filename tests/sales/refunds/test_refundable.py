"""What a till shows before goods come back."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.core.ids import uuid7
from sales.refunds.errors import (
    RefundOfRefundError,
    SaleNotFinalizedError,
    TooMuchReturnedError,
)
from sales.refunds.refund import refund_sale, refundable
from sales.refunds.settlement import Leg
from tests.support.books import nothing_is_written
from tests.support.factories import ShiftFactory, make_sale
from tests.support.refunds import back, bought, refunded
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


def test_says_what_is_left_of_each_line_and_way_to_pay(shift):
    sale = bought(shift, lines=2, quantity=3, tenders=[card(25), cash(35)])
    refunded(sale, 1, 2, shift=shift)

    with nothing_is_written():
        left = refundable(sale)

    assert [(at.quantity, at.amount) for at in left.lines] == [(2, 20), (1, 10)]
    assert (left.kept.due, left.kept.of("card"), left.kept.of("cash")) == (30, 0, 30)
    assert (left.total, left.settled.due) == (30, 30)
    assert left.settled.legs == (Leg("cash", Decimal(30)),)


@pytest.mark.parametrize("quantities", [(1, 0), (2, 1), (3, 3)])
def test_proposes_what_the_refund_then_pays(shift, quantities):
    sale = bought(shift, "3.34", "4.17", quantity=3, tenders=[card(5), cash(20)])
    lines = back(sale, *quantities)

    proposed = refundable(sale, lines)
    refund = refund_sale(
        uid=uuid7(),
        original=sale.uid,
        lines=lines,
        reason="broken",
        actor=shift.cashier,
        till=shift.till,
    )

    refund.refresh_from_db()
    assert (proposed.total, proposed.settled.due) == (-refund.total, -refund.due)
    assert [(leg.kind, -leg.amount) for leg in proposed.settled.legs] == [
        (tender.kind, tender.amount) for tender in refund.tenders.all()
    ]


def test_of_nothing_left_is_nothing(shift):
    sale = bought(shift)
    refunded(sale, shift=shift)

    left = refundable(sale)

    assert (left.total, left.settled.due, left.settled.legs) == (0, 0, ())


def test_refuses_what_a_refund_would(shift):
    sale = bought(shift)

    with pytest.raises(TooMuchReturnedError):
        refundable(sale, back(sale, 2))
    with pytest.raises(SaleNotFinalizedError):
        refundable(make_sale(shift))
    with pytest.raises(RefundOfRefundError):
        refundable(refunded(sale, shift=shift))


@pytest.mark.parametrize("lines", [1, 40])
def test_takes_as_many_queries_for_any_number_of_lines(shift, lines):
    sale = bought(shift, lines=lines)
    assert sale.company

    with CaptureQueriesContext(connection) as queries:
        refundable(sale)

    assert len(queries) == 3
