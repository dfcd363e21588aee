from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from pos.models import StaffMember
from tests.admin.shop import Shop, make_shop
from tests.standing import standing


@pytest.fixture(scope="module")
def our_standing_shop(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Shop]:
    with standing(django_db_blocker, make_shop) as shop:
        yield shop


@pytest.fixture(scope="module")
def their_standing_shop(
    our_standing_shop: Shop, django_db_blocker: DjangoDbBlocker
) -> Iterator[Shop]:
    with standing(django_db_blocker, make_shop) as shop:
        yield shop


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
