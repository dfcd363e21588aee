"""Limits: how much a line and a basket may hold; pure."""

from collections.abc import Iterable
from decimal import Decimal

from pos.core.errors import InvalidQuantityError
from pos.core.money import ZERO
from sales.basket.errors import BasketTooLargeError

QUANTITY_LIMIT = Decimal(100_000)
LINES_MAX = 999

# With any tax on top, the total still fits its column.
BASKET_LIMIT = Decimal("5e10")


def validate_quantity(quantity: Decimal | None) -> Decimal:
    """Return the quantity if a line may have it: above zero, three places."""
    if (
        quantity is None
        or not quantity.is_finite()
        or not ZERO < quantity < QUANTITY_LIMIT
        or quantity != quantity.quantize(Decimal("0.001"))
    ):
        raise InvalidQuantityError(limit=QUANTITY_LIMIT)
    return quantity


def validate_basket_total(amounts: Iterable[Decimal]) -> None:
    """Refuse line amounts that no basket can hold together."""
    if sum(amounts, ZERO) >= BASKET_LIMIT:
        raise BasketTooLargeError
