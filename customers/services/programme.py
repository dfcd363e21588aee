from django.db import transaction

from customers.models import LoyaltyProgramme
from pos.models import Company


@transaction.atomic
def ensure_programme(*, company: Company) -> LoyaltyProgramme:
    """Give the company a loyalty programme, unless it has one.

    A new one gives a point for every whole 10.00 of a sale.
    """
    programme, _ = LoyaltyProgramme.objects.get_or_create(company=company)
    return programme
