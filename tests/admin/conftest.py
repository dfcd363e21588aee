"""Back office: two companies, and the people who sign in there."""

from copy import deepcopy

import pytest
from django.test import Client

from pos.models import StaffMember
from tests.admin.shop import Shop, make_back_office_shop
from tests.support.file_scoped_shop import file_scoped

file_scoped_shop = file_scoped(make_back_office_shop)
other_file_scoped_shop = file_scoped(make_back_office_shop)


@pytest.fixture
def shop(file_scoped_shop: Shop, db: None) -> Shop:
    """The company that the signed-in owner works for."""
    return deepcopy(file_scoped_shop)


@pytest.fixture
def other_shop(other_file_scoped_shop: Shop, db: None) -> Shop:
    """Another company, which nobody of the first may see."""
    return deepcopy(other_file_scoped_shop)


@pytest.fixture
def superuser(db: None) -> StaffMember:
    """A superuser without a company: the installation's administrator."""
    return StaffMember.objects.create_superuser("superuser", "correct horse", name="K")


@pytest.fixture
def as_owner(shop: Shop, client: Client) -> Client:
    client.force_login(shop.owner)
    return client
