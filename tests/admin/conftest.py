import pytest
from django.test import Client

from pos.models import StaffMember
from tests.admin.shop import Shop, make_shop


@pytest.fixture
def ours(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def theirs(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def keeper(db: None) -> StaffMember:
    """A superuser without a company."""
    return StaffMember.objects.create_superuser("keeper", "correct horse", name="K")


@pytest.fixture
def as_owner(ours: Shop, client: Client) -> Client:
    client.force_login(ours.owner)
    return client
