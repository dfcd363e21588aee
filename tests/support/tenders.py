"""Tenders, as short as a cashier would say them."""

from decimal import Decimal

from sales.checkout.settlement import Payment


def cash(amount: str | int) -> Payment:
    return Payment("cash", Decimal(amount))


def card(amount: str | int, reference: str = "056012") -> Payment:
    return Payment("card", Decimal(amount), reference)


def paynow(amount: str | int, reference: str = "PN-7F3A") -> Payment:
    return Payment("paynow", Decimal(amount), reference)
