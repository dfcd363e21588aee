"""Demo refunds: plans what customers bring back and exchange."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from sales.demo.plan.facts import PlannedExchange, PlannedRefund, PlannedShift
from sales.demo.plan.goods import BY_WEIGHT, PRODUCTS, DemoProduct

# Why, and whether it goes back on the shelf.
REASONS = (
    ("Not wanted", True),
    ("Not wanted", True),
    ("Wrong item", True),
    ("Damaged", False),
    ("Past date", False),
)
# One shift in this number has a refund.
ONE_IN = 4
LATER = (4, 75)  # minutes


class Returns:
    """Draws from a generator of its own, so that the sales do not change."""

    def __init__(self, seed: str) -> None:
        # Not for secrets: the same seed must give the same shop.
        self.random = Random(f"returns {seed}")  # noqa: S311

    def refunds(self, shift: PlannedShift) -> Iterator[PlannedRefund]:
        """Plan the refund of one non-perishable product, or none."""
        random = self.random
        is_one = random.randrange(ONE_IN) == 0
        minutes, reason = random.randint(*LATER), random.choice(REASONS)
        place = random.random()
        fit = [
            (sale, line.product)
            for sale in shift.sales
            for line in sale.lines
            if not sale.is_pending and _is_returnable(line.product)
        ]
        if not is_one or not fit:
            return
        sale, product = fit[int(place * len(fit))]
        back_at = min(sale.at + timedelta(minutes=minutes), shift.closes_at)
        yield PlannedRefund(
            f"refund {shift.key}", sale.key, product.sku, back_at, *reason
        )

    def exchange(self, shift: PlannedShift) -> Iterator[PlannedExchange]:
        """Plan the exchange of one product for the next dearer one of its category."""
        place, minutes = self.random.random(), self.random.randint(*LATER)
        refunds = [act for act in shift.other_acts if isinstance(act, PlannedRefund)]
        refunded = {refund.sale for refund in refunds}
        fit = [
            (sale, line.product, instead)
            for sale in shift.sales
            for line in sale.lines
            if sale.is_plain and len(sale.lines) > 1 and sale.key not in refunded
            # What a voucher paid goes back by it, and towards no other goods.
            if sale.way_to_pay != "voucher"
            if _is_returnable(line.product)
            and (instead := find_next_dearer(line.product))
        ]
        if not fit:
            return
        sale, product, instead = fit[int(place * len(fit))]
        yield PlannedExchange(
            key=f"exchange {shift.key}",
            sale=sale.key,
            sku=product.sku,
            instead=instead,
            difference=instead.price - product.price,
            at=min(sale.at + timedelta(minutes=minutes), shift.closes_at),
            reason="Wrong item",
        )


def _is_returnable(product: DemoProduct) -> bool:
    return product.is_tracked and product.unit != BY_WEIGHT


def find_next_dearer(product: DemoProduct) -> DemoProduct | None:
    """Return what it is exchanged for: with as many containers, so that the difference
    of the prices is all that is due."""
    others = [
        other
        for other in PRODUCTS
        if other.category == product.category and other != product
        if other.is_active and other.when_out == "warn" and _is_returnable(other)
        if other.price >= product.price and other.containers == product.containers
    ]
    return min(others, key=lambda other: other.price, default=None)
