"""Demo approvals: what people agreed to this morning, and what somebody changed.

Limits are those of now, so all of it happens at this moment.
"""

from decimal import Decimal
from typing import Any

from customers.registration.register import Details, update_customer
from pos.access.demo_staff import HAFIZ, MEI_LING, OWNER_OF_SHOP
from pos.catalogue.products import update_product
from pos.models import Till
from sales.basket.apply import apply_operations
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.demo.build.rows import DemoRows
from sales.demo.build.sell import CARD, make_operations
from sales.demo.uids import demo_uid
from sales.models import CashMovement
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import CashMove, record_cash_movement

DENTED, TORN = "LDT2", "JAR5"
# Whose phone is another one now.
MOVED, NEW_PHONE = "M0005", "+6590007716"
# What costs more since this morning: the SKU, and the cost and price from now on.
DEARER = "KSP250", Decimal("2.25"), Decimal("4.30")


def agree_to_this_morning(rows: DemoRows, till: Till) -> None:
    """Sell, pay out and take back above Mei Ling's limits, as Hafiz agreed.

    The owner changes a price, and Mei Ling a phone number.
    """
    cashier, supervisor = rows.staff[MEI_LING.username], rows.staff[HAFIZ.username]
    sale = create_open_sale(
        uid=demo_uid("approved sale"),
        till=till,
        lines=[NewLine(rows.products[sku], Decimal(1)) for sku in (DENTED, TORN)],
        actor=cashier,
    )
    dented, torn = (str(sale.lines.get(sku=sku).uid) for sku in (DENTED, TORN))
    discount = {"percent": "20", "amount": "", "reason": "Damaged"}
    acts: list[tuple[str, dict[str, Any]]] = [
        ("discount_line", discount | {"line": dented}),
        ("override_price", {"line": torn, "price": "12.90", "reason": "Torn bag"}),
    ]
    basket = apply_operations(
        uid=sale.uid,
        till=till,
        operations=make_operations("approved", acts),
        actor=cashier,
        approved_by=supervisor,
    )
    assert all(result.ok for result in basket.results), basket.results
    paid = [TenderInput(CARD, basket.sale.payable)]
    finalize_sale(uid=sale.uid, tenders=paid, actor=cashier)
    record_cash_movement(
        uid=demo_uid("approved cash out"),
        till=till,
        move=CashMove(
            CashMovement.Kind.PAY_OUT, Decimal(18), "Supplier paid, newspapers"
        ),
        actor=cashier,
        approved_by=supervisor,
    )
    refund_without_receipt(
        uid=demo_uid("approved refund"),
        lines=[ReturnWithoutReceipt(rows.products["KSP250"], Decimal(1))],
        reason="Wrong item, receipt lost",
        actor=cashier,
        till=till,
        approved_by=supervisor,
    )
    customer = rows.customers[MOVED]
    update_customer(
        company=rows.company,
        uid=customer.uid,
        details=Details(
            name=customer.name,
            email=customer.email or "",
            phone=NEW_PHONE,
            address=customer.address,
            birthday=customer.birthday,
        ),
        actor=cashier,
        till=till,
    )
    sku, cost, price = DEARER
    owner = rows.staff[OWNER_OF_SHOP.username]
    update_product(product=rows.products[sku], actor=owner, cost=cost, price=price)
