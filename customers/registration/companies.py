"""Companies: set up with all that selling and points need."""

from typing import Unpack

from customers.points.programme import ensure_programme
from pos.access.companies import SetUp, create_company
from pos.core.transactions import atomic_with_retry
from pos.models import Company


@atomic_with_retry
def set_up_company(**details: Unpack[SetUp]) -> Company:
    """Set up a company that can sell and give points.

    Refuses what :func:`pos.access.companies.create_company` refuses.
    """
    company = create_company(**details)
    ensure_programme(company=company)
    return company
