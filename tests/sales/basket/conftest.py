"""Baskets in tests: an open shift, its cashier and a product of the shop."""

import pytest

from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory, make_shop


@pytest.fixture
def shop(db):
    """A shop with one person of each role; a test's ``shift`` is at its till."""
    return make_shop(staff={"cashier": {}, "supervisor": {}, "owner": {}})


@pytest.fixture
def shift(db):
    return ShiftFactory()


@pytest.fixture
def cashier(shift):
    return Cashier(shift)


@pytest.fixture
def product(shift):
    return ProductFactory(company=shift.company, is_tracked=False)
