"""Demo discounts: plans what is taken off the prices of the demo sales."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sales.demo.plan.facts import PlannedDiscount, PlannedLine
from sales.demo.plan.goods import BY_WEIGHT

# Bakery products are cheaper from eight in the evening.
EVENING = 20
BAKED = "Bakery"
DAMAGED_ONE_IN = 25
REGULAR_ONE_IN = 12
REDEEMS_ONE_IN = 6


class Discounts:
    """Draws from a generator of its own, so that the sales do not change."""

    def __init__(self, seed: str) -> None:
        # Not for secrets: the same seed must give the same shop.
        self.random = Random(f"reductions {seed}")  # noqa: S311

    def of(
        self, lines: Sequence[PlannedLine], at: datetime, *, is_member: bool
    ) -> tuple[tuple[PlannedDiscount, ...], bool]:
        """Return the discounts of one sale, and whether its customer redeems points."""
        is_damaged = self.random.randrange(DAMAGED_ONE_IN) == 0
        is_regular = self.random.randrange(REGULAR_ONE_IN) == 0
        redeems_points = self.random.randrange(REDEEMS_ONE_IN) == 0
        discounts = []
        for line in lines:
            product = line.product
            if at.hour >= EVENING and product.category.name == BAKED:
                discounts.append(
                    PlannedDiscount("Short dated", product.sku, percent="30")
                )
            elif is_damaged and product.is_tracked and product.unit != BY_WEIGHT:
                discounts.append(PlannedDiscount("Damaged", product.sku, amount="0.50"))
                is_damaged = False
        if is_regular and is_member:
            discounts.append(PlannedDiscount("Regular customer", percent="5"))
        return tuple(discounts), redeems_points and is_member
