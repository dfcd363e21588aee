from copy import deepcopy

import pytest
from django.test import Client

from pos.models import StaffMember
from tests.admin.shop import Shop, make_shop
from tests.support.file_scoped_shop import standing

our_standing_shop = standing(make_shop)
their_standing_shop = standing(make_shop)


@pytest.fixture
def ours(our_standing_shop: Shop, db: None) -> Shop:
    return deepcopy(our_standing_shop)


@pytest.fixture
def theirs(their_standing_shop: Shop, db: None) -> Shop:
    return deepcopy(their_standing_shop)


@pytest.fixture
def keeper(db: None) -> StaffMember:
    """A superuser without a company."""
    return StaffMember.objects.create_superuser("keeper", "correct horse", name="K")


@pytest.fixture
def as_owner(ours: Shop, client: Client) -> Client:
    client.force_login(ours.owner)
    return client
