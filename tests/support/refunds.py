"""Refunds in tests: short calls of the services."""

from decimal import Decimal

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from pos.models import Product, StaffMember
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Sale, Shift
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import RefundTender
from sales.refunds.with_receipt import refund_sale
from tests.support.factories import ProductFactory, make_sale
from tests.support.tenders import exact_cash


def sell_products(
    shift: Shift, *prices: str, tenders: list[TenderInput] | None = None, **sale
):
    """Sell a product at each price, or ``lines`` at 10.00; return the finished sale."""
    if prices:
        sale["products"] = [
            ProductFactory(company=shift.company, price=Decimal(price))
            for price in prices
        ]
    made = make_sale(shift, **sale)
    if tenders is None:
        tenders = exact_cash(made)
    finalize_sale(uid=made.uid, tenders=tenders, actor=shift.cashier)
    return Sale.objects.get(pk=made.pk)


def return_lines(sale: Sale, *quantities: str | int, is_restocked: bool = True):
    """Return so many of each line in order, or everything if none is given."""
    lines = sale.lines.active().order_by("position")
    given = quantities or [line.quantity for line in lines]
    return [
        ReturnedLine(line.uid, Decimal(quantity), is_restocked)
        for line, quantity in zip(lines, given, strict=False)
        if quantity
    ]


def make_refund(sale: Sale, *quantities: str | int, shift: Shift, **details) -> Sale:
    """Refund these quantities; return the refund as it is in the database."""
    details = {
        "uid": uuid7(),
        "lines": return_lines(sale, *quantities),
        "reason": "does not fit",
        "actor": shift.cashier,
        "till": shift.till,
    } | details
    refund = refund_sale(original=sale.uid, **details)
    return Sale.objects.get(pk=refund.pk)


def pay_back(*tenders: tuple[str, str | None]) -> list[RefundTender]:
    return [RefundTender(kind, amount and Decimal(amount)) for kind, amount in tenders]


def list_tenders(sale: Sale) -> list[tuple[str, Decimal]]:
    return list(sale.tenders.order_by("position").values_list("kind", "amount"))


def make_untracked_product(shift: Shift, **details) -> Product:
    return ProductFactory(company=shift.company, is_tracked=False, **details)


def adjust_balance(customer: Customer, points: int, actor: StaffMember) -> None:
    """Give the customer so many points, or take them."""
    adjust_points(
        uid=uuid7(), customer=customer, points=points, reason="for a test", actor=actor
    )
