"""Price limits: how far a price that is changed by hand is from the one before.

Discounts of such a line are measured from the price before, too, so that both together
pass no limit.
"""

from decimal import Decimal

from pos.access.limits import Measured
from pos.core.money import ZERO, round_money
from pos.models.limits import LimitedAct
from sales.models import SaleLine

HUNDRED = Decimal(100)


def find_price_before(line: SaleLine) -> Decimal:
    """Return the price that changes by hand are measured from.

    That is the catalogue's, however often it is changed; of goods whose price is typed
    at the till, the one on the line.
    """
    if line.product.is_open_price or not line.base_price:
        return line.unit_price
    return line.base_price


def measure_price(line: SaleLine, price: Decimal) -> Measured:
    """Return how many percent the price is below the one before, or above it."""
    before = find_price_before(line)
    percent = abs(before - price) * HUNDRED / before if before else HUNDRED
    return {LimitedAct.PRICE_OVERRIDE: percent}


def lowered_by(line: SaleLine, *, places: int) -> Decimal:
    """Return what the line costs less since its price was changed; else nothing."""
    if line.price_source != SaleLine.PriceSource.OVERRIDE:
        return ZERO
    before = max(find_price_before(line), line.unit_price)
    listed = round_money(line.quantity * line.unit_price, places=places)
    return round_money(line.quantity * before, places=places) - listed
