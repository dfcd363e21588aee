"""Loyalty programme: every company has one."""

from decimal import Decimal

from customers.models import LoyaltyProgramme
from pos.core.currencies import scale
from pos.core.transactions import atomic_with_retry
from pos.models import Company

# In dollars.
AMOUNT_PER_POINT = Decimal(10)
POINT_VALUE = Decimal("0.10")


@atomic_with_retry
def ensure_programme(*, company: Company) -> LoyaltyProgramme:
    """Give the company a loyalty programme, unless it has one.

    A new one gives a point for every whole 10.00 of a sale, and a point is worth 0.10;
    in another currency about as much: 1,000 yen and 10 yen.
    """
    times = scale(company.currency, places=company.currency_places)
    programme, _ = LoyaltyProgramme.objects.get_or_create(
        company=company,
        defaults={
            "amount_per_point": AMOUNT_PER_POINT * times,
            "point_value": POINT_VALUE * times,
        },
    )
    return programme
