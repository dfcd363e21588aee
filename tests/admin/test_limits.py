"""The page "Limits": acts down, roles across, saved by one owner at a time."""

from decimal import Decimal

import pytest
from django.test import Client

from pos.access.set_limits import read_limits
from pos.models import Limit
from pos.models.limits import LimitedAct
from tests.support.factories import RoleFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/pos/limit/"


@pytest.fixture
def owner(shop):
    client = Client()
    client.force_login(shop.owner)
    return client


@pytest.fixture
def cell(shop):
    return f"{LimitedAct.LINE_PERCENT}-{shop.cashier.role_id}"


def typed(shop, **changes):
    """What the page sends, as it is shown, with these changes."""
    table = read_limits(shop.company)
    values = {
        f"{act}-{role}": "" if value is None else f"{value.normalize():f}"
        for (role, act), value in table.values.items()
    }
    return values | {"version": table.version} | changes


def saved(shop) -> Decimal | None:
    """The limit that the shop has as a row."""
    return Limit.objects.get(role=shop.cashier.role, act=LimitedAct.LINE_PERCENT).value


def test_shows_acts_and_roles(shop, owner, cell):
    page = owner.get(PAGE).content.decode()

    for text in ("Discount on a line, percent", "Cashier", "Supervisor", "no limit"):
        assert text in page
    assert f'name="{cell}"' in page
    assert f'-{shop.owner.role_id}"' not in page


def test_saves_a_limit(shop, owner, cell):
    answer = owner.post(PAGE, typed(shop, **{cell: "12.5"}), follow=True)

    assert "The limits are saved." in answer.content.decode()
    assert saved(shop) == Decimal("12.5")


def test_empty_is_no_limit(shop, owner, cell):
    owner.post(PAGE, typed(shop, **{cell: ""}))

    assert saved(shop) is None


@pytest.mark.parametrize("value", ["-1", "101", "ten", "1.234", "NaN", "1e3", "9" * 99])
def test_refuses_what_is_no_limit(shop, owner, cell, value):
    answer = owner.post(PAGE, typed(shop, **{cell: value}))

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert saved(shop) == 10


def test_the_second_of_two_owners_loses_nothing(shop, owner, cell):
    seen = typed(shop, **{cell: "12"})
    owner.post(PAGE, typed(shop, **{cell: "15"}))

    page = owner.post(PAGE, seen).content.decode()

    assert "Someone else has saved other limits meanwhile." in page
    assert 'value="12"' in page
    assert "saved meanwhile: 15%" in page
    assert saved(shop) == 15
    owner.post(PAGE, typed(shop, **{cell: "12"}))
    assert saved(shop) == 12


def test_others_only_look(shop, cell):
    client = Client()
    client.force_login(shop.supervisor)

    page = client.get(PAGE).content.decode()

    assert "Discount on a line, percent" in page
    assert "The limits are saved." not in page
    client.post(PAGE, typed(shop, **{cell: "99"}))
    assert saved(shop) == 10


def test_a_role_is_deleted_with_its_limits(shop, owner):
    role = RoleFactory(company=shop.company)
    assert role.limits.exists()

    owner.post(f"/admin/pos/role/{role.pk}/delete/", {"post": "yes"})

    assert not Limit.objects.filter(role=role.pk).exists()


def test_approvals_are_listed(owner, shop):
    page = owner.get("/admin/pos/approval/").content.decode()

    for text in ("Discount on the sale, percent", "20%", "5%", "Damaged"):
        assert text in page
