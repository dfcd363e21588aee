from typing import Unpack

from customers.models import LoyaltyProgramme
from pos.models import Company
from pos.services.companies import SetUp, create_company
from pos.transactions import all_or_nothing


@all_or_nothing
def set_up_company(**details: Unpack[SetUp]) -> Company:
    """Set up a company that can sell and give points.

    Refuses what :func:`pos.services.companies.create_company` refuses.
    """
    company = create_company(**details)
    ensure_programme(company=company)
    return company


@all_or_nothing
def ensure_programme(*, company: Company) -> LoyaltyProgramme:
    """Give the company a loyalty programme, unless it has one.

    A new one gives a point for every whole 10.00 of a sale.
    """
    programme, _ = LoyaltyProgramme.objects.get_or_create(company=company)
    return programme
