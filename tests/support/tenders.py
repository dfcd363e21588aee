"""Tenders in tests: short calls for cash, card and PayNow."""

from decimal import Decimal

from sales.checkout.settlement import TenderInput


def cash(amount: str | int) -> TenderInput:
    return TenderInput("cash", Decimal(amount))


def card(amount: str | int, reference: str = "056012") -> TenderInput:
    return TenderInput("card", Decimal(amount), reference)


def paynow(amount: str | int, reference: str = "PN-7F3A") -> TenderInput:
    return TenderInput("paynow", Decimal(amount), reference)
