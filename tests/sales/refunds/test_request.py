"""The fingerprint of a request: stored with each refund, so it must never change."""

import hashlib
from decimal import Decimal
from uuid import UUID

import pytest

from pos.models import Product, StaffMember, Till
from sales.refunds.request import RefundRequest, ReturnedLine, ReturnWithoutReceipt
from sales.refunds.settlement import RefundableMoney, RefundTender, name_tenders

SALE, LINE, NEW = (UUID(int=number) for number in (1, 2, 3))
LINES = [
    ReturnedLine(LINE, Decimal("2.000")),
    ReturnedLine(LINE, Decimal("0.5"), False),
]  # noqa: FBT003
PRODUCT = Product(uid=LINE)
PAID_BY_CARD = RefundableMoney(Decimal(10), {"card": Decimal(10)})


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (
            {"original": SALE, "lines": LINES},
            f'[["{SALE}",[["{LINE}","2",true],["{LINE}","0.5",false]]],[],"torn"]',
        ),
        (
            {
                "original": SALE,
                "lines": LINES[:1],
                "exchanged_for": NEW,
                "tenders": [
                    RefundTender("card", Decimal("10.500")),
                    RefundTender("cash"),
                ],
            },
            f'[["{SALE}",[["{LINE}","2",true]],"{NEW}"],'
            '[["card","10.5",""],["cash",null,""]],"torn"]',
        ),
        (
            {
                "original": SALE,
                "lines": LINES[:1],
                "tenders": [RefundTender("", reference="R2")],
            },
            f'[["{SALE}",[["{LINE}","2",true]]],[["card",null,"R2"]],"torn"]',
        ),
        (
            {
                "lines": [
                    ReturnWithoutReceipt(PRODUCT, Decimal(1)),
                    ReturnWithoutReceipt(PRODUCT, Decimal(1), Decimal("7.50")),
                ],
                "tenders": [RefundTender("cash")],
            },
            f'[["without receipt",["{LINE}","1",null,true],["{LINE}","1","7.5",true]],'
            '[["cash",null,""]],"torn"]',
        ),
    ],
)
def test_is_of_goods_tenders_and_reason(details, text):
    request = RefundRequest(actor=StaffMember(), till=Till(), reason="torn", **details)
    tenders = name_tenders(request.tenders, PAID_BY_CARD)

    fingerprint = request.fingerprint(tenders)

    assert fingerprint == hashlib.sha256(text.encode()).hexdigest()
