"""Measured goods: how much comes back without a receipt, as the code on it says."""

from dataclasses import dataclass
from decimal import Decimal

from pos.catalogue.measure import Measure
from pos.core.errors import DomainError
from pos.core.money import ZERO, format_plain, round_money
from pos.models import Company, Product
from sales.basket.measures import measure_goods

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class GoodsBack:
    """What the row of a product proposes; None has to be typed."""

    quantity: Decimal | None
    unit_price: Decimal | None
    is_measured: bool = False

    @property
    def typed_quantity(self) -> str:
        return "" if self.quantity is None else format_plain(self.quantity)


def propose_goods_back(
    product: Product, measure: Measure, *, company: Company
) -> GoodsBack:
    """Return a whole unit at today's price, or what the code says it is.

    What cannot be read from the code is left empty, so that a label never pays back a
    whole unit.
    """
    places = company.currency_places
    today = None if product.is_open_price else product.price
    if not measure:
        return GoodsBack(ONE, today)
    try:
        goods = measure_goods(
            product, measure, unit_price=today or ZERO, pieces=ONE, places=places
        )
    except DomainError:
        return GoodsBack(None, today, is_measured=True)
    if measure.price is None:
        return GoodsBack(goods.quantity, today, is_measured=True)
    # A refund has no discount: the unit price comes to what is printed.
    printed = round_money(measure.price, places=places)
    unit_price = round_money(printed / goods.quantity, places=places)
    return GoodsBack(goods.quantity, unit_price, is_measured=True)
