"""Baskets: open sales, made by the service and not through the till's page."""

import random
from decimal import Decimal

from customers.models import Customer
from pos.core.ids import uuid7
from pos.models import Product, StaffMember, Till
from sales.basket.create import NewLine, create_open_sale
from sales.models import Sale

LINES = 3


def get_till(number: int = 0) -> Till:
    """One of the eight tills, with its company and outlet loaded."""
    till = Till.objects.select_related("company", "outlet").order_by("pk")[number]
    till.outlet.company = till.company
    return till


def get_cashier() -> StaffMember:
    """The shop's person, whose permissions are loaded, as they are in a request.

    So every attempt of a service runs the same statements.
    """
    cashier = StaffMember.objects.get()
    assert cashier.has_perm("sales.sell")
    return cashier


def create_basket(till: Till) -> Sale:
    """A sale of three products, open at the till, that earns its customer points."""
    return create_open_sale(
        uid=uuid7(),
        till=till,
        lines=[
            NewLine(product, Decimal(3))
            for product in random.sample([*Product.objects.all()], LINES)
        ],
        actor=get_cashier(),
        customer=random.choice([*Customer.objects.all()]),
    )
