"""Tenders in tests: short calls for cash, card and PayNow."""

from decimal import Decimal

from sales.cash.rounding import cash_rule
from sales.checkout.settlement import TenderInput
from sales.models import Sale


def cash(amount: str | int | Decimal) -> TenderInput:
    return TenderInput("cash", Decimal(amount))


def exact_cash(sale: Sale) -> list[TenderInput]:
    """What is due in cash, in coins that there are."""
    return [cash(cash_rule(sale.company).due(sale.total))]


def card(amount: str | int, reference: str = "056012") -> TenderInput:
    return TenderInput("card", Decimal(amount), reference)


def paynow(amount: str | int, reference: str = "PN-7F3A") -> TenderInput:
    return TenderInput("paynow", Decimal(amount), reference)
