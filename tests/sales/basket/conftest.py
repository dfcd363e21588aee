"""Baskets in tests: an open shift, its cashier and a product of the shop."""

import pytest

from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory


@pytest.fixture
def shift(db):
    return ShiftFactory()


@pytest.fixture
def cashier(shift):
    return Cashier(shift)


@pytest.fixture
def product(shift):
    return ProductFactory(company=shift.company, is_tracked=False)
