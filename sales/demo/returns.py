"""What comes back to the demo minimart in a month, planned like its sales."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sales.demo.goods import BY_WEIGHT, DemoProduct

# Why, and whether it goes back on the shelf.
REASONS = (
    ("Not wanted", True),
    ("Not wanted", True),
    ("Wrong item", True),
    ("Damaged", False),
    ("Past date", False),
)
# One shift in so many takes something back.
ONE_IN = 4
LATER = (4, 75)  # minutes


@dataclass(frozen=True, slots=True)
class PlannedRefund:
    """One piece of one line of the sale named ``sale``, back in the same shift."""

    key: str
    sale: str
    sku: str
    at: datetime
    reason: str
    is_restocked: bool


class Returns:
    """Draws apart from the sales, so that these stay as they were."""

    def __init__(self, seed: str) -> None:
        # Not for secrets: the same seed is to give the same shop.
        self.random = Random(f"returns {seed}")  # noqa: S311

    def of(
        self,
        key: str,
        sales: Sequence[tuple[str, datetime, Sequence[DemoProduct]]],
        closes_at: datetime,
    ) -> list[PlannedRefund]:
        """What comes back in one shift: nothing, or one thing that keeps."""
        random = self.random
        is_one = random.randrange(ONE_IN) == 0
        minutes, reason = random.randint(*LATER), random.choice(REASONS)
        place = random.random()
        fit = [
            (sale, at, product.sku)
            for sale, at, products in sales
            for product in products
            if product.is_tracked and product.unit != BY_WEIGHT
        ]
        if not is_one or not fit:
            return []
        sale, at, sku = fit[int(place * len(fit))]
        back_at = min(at + timedelta(minutes=minutes), closes_at)
        return [PlannedRefund(f"refund {key}", sale, sku, back_at, *reason)]
