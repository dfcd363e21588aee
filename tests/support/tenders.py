"""Tenders in tests: short calls for cash, card and PayNow, and for part payments."""

from decimal import Decimal

from pos.core.ids import uuid7
from sales.cash.rounding import cash_rule
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.checkout.settlement import TenderInput
from sales.models import PartPayment, Sale


def cash(amount: str | int | Decimal) -> TenderInput:
    return TenderInput("cash", Decimal(amount))


def exact_cash(sale: Sale) -> list[TenderInput]:
    """What is due in cash, in coins that there are."""
    return [cash(cash_rule(sale.company).due(sale.payable))]


def card(amount: str | int, reference: str = "056012") -> TenderInput:
    return TenderInput("card", Decimal(amount), reference)


def paynow(amount: str | int, reference: str = "PN-7F3A") -> TenderInput:
    return TenderInput("paynow", Decimal(amount), reference)


def take_part(sale: Sale, payment: TenderInput) -> PartPayment:
    """Take money for a basket, at its till by its cashier."""
    sale.refresh_from_db(fields=["till", "cashier"])
    return take_part_payment(
        uid=uuid7(),
        sale_uid=sale.uid,
        payment=payment,
        actor=sale.cashier,
        till=sale.till,
    )


def give_back(part: PartPayment) -> PartPayment:
    """Give a part payment back, where its basket is now."""
    sale = Sale.objects.get(pk=part.sale_id)
    return give_back_part_payment(
        uid=uuid7(),
        sale_uid=sale.uid,
        part_uid=part.uid,
        actor=sale.cashier,
        till=sale.till,
    )
