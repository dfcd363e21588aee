"""Models: customers, the loyalty programme and the points ledger."""

from customers.models.customer import Customer
from customers.models.points import LoyaltyProgramme, PointsEntry

__all__ = ["Customer", "LoyaltyProgramme", "PointsEntry"]
