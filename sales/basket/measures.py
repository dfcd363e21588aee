"""Measures: quantity, price and discount of goods whose code says a weight or price.

The customer pays exactly the price that is printed. Stock moves by the weight that is
printed or, where only a price is, by what the price buys. What rounding or a price that
has changed since makes of the difference is a discount on the line: decision 46.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from pos.catalogue.measure import Measure
from pos.core.currencies import NUMBERS
from pos.core.errors import FractionalQuantityError
from pos.core.money import ZERO, round_money
from pos.models import Company, Product
from sales.basket.errors import (
    EmptyLabelError,
    NotByWeightError,
    OtherCurrencyError,
    UnclearMeasureError,
)
from sales.basket.limits import validate_quantity

GRAM = Decimal("0.001")
# Two amounts that only rounding has made differ.
CENT = Decimal("0.01")
PER_KILOGRAM = {Product.Unit.KILOGRAM: 1, Product.Unit.GRAM: 1000}


@dataclass(frozen=True, slots=True)
class MeasuredGoods:
    """What a line of them gets. ``label_amount`` is paid exactly, if there is one."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = ZERO
    label_amount: Decimal | None = None


def measure_goods(
    product: Product,
    measure: Measure,
    *,
    unit_price: Decimal,
    pieces: Decimal,
    company: Company,
) -> MeasuredGoods:
    """Return quantity and price of so many pieces with this code.

    ``unit_price`` is today's; zero if there is none.

    Raises:
        UnclearMeasureError: the code says how much it is in a way that is not known.
        OtherCurrencyError: its price is not in the company's currency.
        EmptyLabelError: the code says a weight or price of 0, or less than half the
            smallest unit of the currency.
        NotByWeightError: it says a weight, and the product is not sold by weight.
        FractionalQuantityError: the pieces are no whole number.
        InvalidQuantityError: it comes to more than a line can hold.
    """
    _require_usable(product, measure, currency=company.currency)
    places = company.currency_places
    price = round_money(measure.price or ZERO, places=places) * pieces
    if measure.weight == 0 or (measure.price is not None and not price):
        raise EmptyLabelError(product=product)
    if pieces != int(pieces):
        raise FractionalQuantityError(product=product)
    if measure.weight is None:
        # Where it is not known how much the price buys, a piece has that price.
        if product.is_sold_by_the_piece or not unit_price:
            return MeasuredGoods(pieces, price / pieces)
        quantity = validate_quantity(_bought(price, unit_price, places=places))
        return _exactly(price, quantity, unit_price, places=places)
    factor = PER_KILOGRAM.get(Product.Unit(product.unit))
    if factor is None:
        raise NotByWeightError(product=product)
    quantity = validate_quantity(_round_up(measure.weight * factor) * pieces)
    if measure.price is None:
        return MeasuredGoods(quantity, unit_price)
    return _exactly(price, quantity, unit_price, places=places)


def is_cheaper(goods: MeasuredGoods, unit_price: Decimal) -> bool:
    """Whether they cost less than today, by more than what a gram costs."""
    today = goods.quantity * unit_price
    return today - (goods.quantity * goods.unit_price - goods.discount) > max(
        unit_price * GRAM, CENT
    )


def _require_usable(product: Product, measure: Measure, *, currency: str) -> None:
    """Refuse a measure that is not known, and a price that is not in the currency."""
    if measure.is_unclear:
        raise UnclearMeasureError(product=product)
    if measure.currency and measure.currency != NUMBERS.get(currency):
        raise OtherCurrencyError(product=product)


def _bought(price: Decimal, unit_price: Decimal, *, places: int) -> Decimal:
    """Return the least quantity that costs as much as the price, or more."""
    quantity = (price / unit_price).quantize(GRAM, rounding=ROUND_DOWN)
    if quantity and round_money(quantity * unit_price, places=places) >= price:
        return quantity
    return quantity + GRAM


def _exactly(
    price: Decimal, quantity: Decimal, unit_price: Decimal, *, places: int
) -> MeasuredGoods:
    """Return goods that cost just this price together.

    If today's unit price comes to less, the unit price is that of the label.
    """
    if round_money(quantity * unit_price, places=places) < price:
        step = Decimal(1).scaleb(-places)
        unit_price = (price / quantity).quantize(step, rounding=ROUND_UP)
    amount = round_money(quantity * unit_price, places=places)
    return MeasuredGoods(quantity, unit_price, amount - price, label_amount=price)


def _round_up(quantity: Decimal) -> Decimal:
    return quantity.quantize(GRAM, rounding=ROUND_UP)
