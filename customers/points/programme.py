"""Loyalty programme: every company has one."""

from customers.models import LoyaltyProgramme
from pos.core.transactions import atomic_with_retry
from pos.models import Company


@atomic_with_retry
def ensure_programme(*, company: Company) -> LoyaltyProgramme:
    """Give the company a loyalty programme, unless it has one.

    A new one gives a point for every whole 10.00 of a sale.
    """
    programme, _ = LoyaltyProgramme.objects.get_or_create(company=company)
    return programme
