"""What a refund leaves behind."""

from decimal import Decimal

import pytest

from pos.ids import uuid7
from sales.models import Sale
from sales.services.finalize import finalize_sale
from sales.services.refunds import ReturnedLine, refund_sale
from tests.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    make_sale,
)
from tests.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


def test_basic(shift):
    LoyaltyProgrammeFactory(company=shift.company)
    customer = CustomerFactory(company=shift.company)
    sale = make_sale(shift, lines=2, quantity=3, customer=customer)
    finalize_sale(uid=sale.uid, tenders=[cash(60)], actor=shift.cashier)
    line = sale.lines.first()
    uid = uuid7()
    for _ in range(2):
        refund = refund_sale(
            uid=uid,
            original=sale.uid,
            lines=[ReturnedLine(line.uid, Decimal(1))],
            reason="broken",
            actor=shift.cashier,
            till=shift.till,
        )
    refund = Sale.objects.get(pk=refund.pk)
    assert (refund.total, refund.due) == (-10, -10)
    assert refund.receipt_number.endswith("-R-000001")
    customer.refresh_from_db()
    assert customer.points_balance == 5
