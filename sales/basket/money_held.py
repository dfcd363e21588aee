"""Money held: a basket that holds part payments is not given up."""

from pos.core.money import format_money
from sales.basket.errors import MoneyHeldError
from sales.models import Sale


def require_no_money_held(sale: Sale) -> None:
    """Raise MoneyHeldError where money was taken for the basket, and not given back."""
    if sale.held_amount:
        places = sale.company.currency_places
        raise MoneyHeldError(amount=format_money(sale.held_amount, places=places))
