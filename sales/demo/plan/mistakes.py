"""Demo mistakes: plans wrong tenders that are corrected, and voided baskets."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random

from sales.demo.plan.facts import (
    PlannedCorrection,
    PlannedLine,
    PlannedRefund,
    PlannedShift,
    PlannedVoid,
)
from sales.demo.plan.goods import PRODUCTS

# One shift in this number has a basket that nobody pays for.
VOID_ONE_IN = 2
WHY_VOIDED = ("The customer left", "Cannot pay", "Scanned by mistake")


class Mistakes:
    """Draws from a generator of its own, so that the sales do not change."""

    def __init__(self, seed: str) -> None:
        # Not for secrets: the same seed must give the same shop.
        self.random = Random(f"slips {seed}")  # noqa: S311

    def corrections(self, shift: PlannedShift) -> Iterator[PlannedCorrection]:
        """Plan the correction of a NETS payment that was recorded as card."""
        place = self.random.random()
        refunds = [act for act in shift.other_acts if isinstance(act, PlannedRefund)]
        refunded = {refund.sale for refund in refunds}
        fit = [
            sale
            for sale in shift.sales
            if sale.way_to_pay == "card" and sale.key not in refunded
            if not sale.redeems_points
        ]
        if fit:
            sale = fit[int(place * len(fit))]
            noticed_at = min(sale.at + timedelta(minutes=2), shift.closes_at)
            yield PlannedCorrection(sale.key, noticed_at, "nets", "Wrong key")

    def voids(self, shift: PlannedShift) -> Iterator[PlannedVoid]:
        """Plan the void of a basket of a few products."""
        is_one = self.random.randrange(VOID_ONE_IN) == 0
        minutes, reason = self.random.randint(30, 840), self.random.choice(WHY_VOIDED)
        chosen = self.random.sample(
            [product for product in PRODUCTS if product.often > 3],
            k=self.random.randint(1, 3),
        )
        if is_one:
            yield PlannedVoid(
                key=f"void {shift.key}",
                at=shift.opens_at + timedelta(minutes=minutes),
                lines=tuple(
                    PlannedLine(product, Decimal(1), product.price)
                    for product in chosen
                ),
                reason=reason,
            )
