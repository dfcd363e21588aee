"""Superusers: which company they see.

What everybody else may do is in tests/config/test_who_may.py.
"""

import pytest
from django.test import Client

from pos.models import StaffMember
from tests.admin.shop import Shop, address, admins


def test_a_superuser_without_a_company_sees_companies_only(
    shop: Shop, other_shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)

    index = client.get("/admin/").content.decode()
    assert "/admin/company/" in index
    assert "/admin/pos/company/" in index
    assert "/admin/pos/product/" not in index


@pytest.mark.exhaustive
def test_a_superuser_sees_the_company_that_was_chosen(
    shop: Shop, other_shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})

    for one in admins():
        if one.opts.label_lower == "pos.company":
            continue
        assert client.get(address(one, "changelist")).status_code == 200, one
        mine = client.get(address(one, "change", shop.row(one.model)))
        other = client.get(address(one, "change", other_shop.row(one.model)))
        assert (mine.status_code, other.status_code) == (200, 302), one


@pytest.mark.parametrize("who", ["owner", "supervisor"])
def test_only_a_superuser_chooses_a_company(
    shop: Shop, other_shop: Shop, client: Client, who: str
):
    client.force_login(getattr(shop, who))

    answer = client.post("/admin/company/", {"company": other_shop.company.pk})

    assert answer.status_code == 404
    assert "admin_company" not in client.session


def test_a_choice_left_in_the_session_gives_a_staff_member_nothing(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    session = as_owner.session
    session["admin_company"] = other_shop.company.pk
    session.save()

    answer = as_owner.get(f"/admin/pos/product/{other_shop.product.pk}/change/")

    assert answer.status_code == 302
