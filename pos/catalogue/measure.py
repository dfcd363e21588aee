"""Measure: how much of a product a code says there is, or at which price; pure."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """A weight in kilograms and a price, where the code says them.

    ``currency`` is the number of the price's in ISO 4217, where the code says it.
    ``is_unclear`` where it says how much there is in a way that cannot be used.
    """

    weight: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""
    is_unclear: bool = False

    def __bool__(self) -> bool:
        return self.is_unclear or self.weight is not None or self.price is not None


NO_MEASURE = Measure()
