"""Measured goods: how much comes back without a receipt, as the code on it says."""

from dataclasses import dataclass
from decimal import Decimal

from pos.catalogue.measure import Measure
from pos.core.errors import DomainError
from pos.core.money import ZERO, format_plain, round_money
from pos.models import Company, Product
from sales.basket.errors import OtherCurrencyError
from sales.basket.measures import measure_goods

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class ReturnSuggestion:
    """What the row of a product suggests; None has to be typed."""

    quantity: Decimal | None
    unit_price: Decimal | None
    is_measured: bool = False

    @property
    def typed_quantity(self) -> str:
        return "" if self.quantity is None else format_plain(self.quantity)


def suggest_return(
    product: Product, measure: Measure, *, company: Company
) -> ReturnSuggestion:
    """Return a whole unit at today's price, or what the code says it is.

    What cannot be read from the code is left empty, so that a label never pays back a
    whole unit. OtherCurrencyError if the price in it is in another currency.
    """
    places = company.currency_places
    today = None if product.is_open_price else product.price
    if not measure:
        return ReturnSuggestion(ONE, today)
    try:
        goods = measure_goods(
            product, measure, unit_price=today or ZERO, pieces=ONE, company=company
        )
    except OtherCurrencyError:
        raise
    except DomainError:
        return ReturnSuggestion(None, today, is_measured=True)
    if measure.price is None:
        return ReturnSuggestion(goods.quantity, today, is_measured=True)
    # A refund has no discount: the unit price comes to what is printed.
    printed = round_money(measure.price, places=places)
    unit_price = round_money(printed / goods.quantity, places=places)
    return ReturnSuggestion(goods.quantity, unit_price, is_measured=True)
