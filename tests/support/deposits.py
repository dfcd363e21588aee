"""Deposits in tests: a basket of drinks, and its payment."""

from pos.models import Product
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Sale, Shift
from tests.support.cashier import Cashier


def fill(shift: Shift, product: Product, quantity: object = 1) -> Cashier:
    """Put so many of a product into a new basket."""
    cashier = Cashier(shift)
    cashier.do("add", product=product.uid, quantity=str(quantity))
    return cashier


def pay(cashier: Cashier, *tenders: TenderInput) -> Sale:
    """Take payment as its page showed the basket."""
    finalize_sale(
        uid=cashier.uid,
        tenders=tenders,
        actor=cashier.actor,
        till=cashier.till,
        revision=cashier.sale.revision,
    )
    return cashier.sale
