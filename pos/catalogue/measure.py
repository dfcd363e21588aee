"""Measure: how much of a product a code says there is, or at which price; pure."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """A weight in kilograms and a price, where the code says them."""

    weight: Decimal | None = None
    price: Decimal | None = None

    def __bool__(self) -> bool:
        return self.weight is not None or self.price is not None


NO_MEASURE = Measure()
