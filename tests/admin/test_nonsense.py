"""Nonsense in addresses: every list answers it with the list or a redirect to it."""

import itertools

import pytest
from django.db.models import Field
from django.test import Client
from django.urls import reverse

from pos.models import Outlet, Product
from tests.admin.shop import Shop, address, admins, make_back_office_shop
from tests.config.hostile import Forms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_back_office_shop()


def lookup(field: Field) -> str:
    """The lookup that Django's own filters put behind the name."""
    return "id__exact" if field.is_relation else "exact"


@pytest.mark.exhaustive
def test_nonsense_for_a_filter_an_order_or_a_page_shows_the_list(
    shop: Shop, as_owner: Client
):
    texts = itertools.cycle(["abc", "9" * 40, "NaN", "\N{PILE OF POO}", "-1", "(['"])
    for one in admins():
        names = ["o", "p", "all", "e", "stock", "level", "state", "_facets", "pk"]
        for field in one.model._meta.concrete_fields:
            names += {field.name, field.attname, f"{field.name}__{lookup(field)}"}
        if one.date_hierarchy:
            names += [f"{one.date_hierarchy}__{part}" for part in ("year", "day")]
        path = address(one, "changelist")
        for name in {*names} - {"password", "password__exact"}:
            text = next(texts)
            page = as_owner.get(path, {name: text})
            if page.status_code != 302:
                assert page.status_code == 200, (one, name, text)
                continue
            assert page.url == f"{path}?e=1", (one, name, text)
        assert as_owner.get(path, {"e": "1"}).status_code == 200, one


def test_nonsense_that_was_answered_once_is_answered_in_a_sentence(
    shop: Shop, as_owner: Client
):
    path = reverse("admin:pos_product_changelist")
    page = as_owner.get(path, {"e": "1", "colour": "red"})
    said = page.content.decode()
    assert page.status_code == 200
    assert "This address asks for something that the list does not know." in said
    assert "Show the whole list" in said
    assert "database" not in said.lower()


def test_nonsense_for_the_row_of_an_action_changes_nothing(
    shop: Shop, as_owner: Client
):
    path = reverse("admin:pos_product_changelist")
    # A key of no row is a choice of nothing, and what is no key cannot be read.
    statuses = {
        "9" * 40: 302,
        "-1": 302,
        "\u0665": 302,
        "abc": 400,
        "": 400,
        "1.5": 400,
    }
    for key, status in statuses.items():
        chosen = {"action": "take_off_sale", "_selected_action": key, "index": "0"}

        assert as_owner.post(path, chosen).status_code == status, key
        assert Product.objects.get(pk=shop.product.pk).is_active


def test_nonsense_for_a_related_row_is_shown_as_nothing_chosen(
    shop: Shop, as_owner: Client
):
    add = reverse("admin:pos_product_add")
    change = reverse("admin:pos_product_change", args=[shop.product.pk])

    for key in ("abc", "1.5", "NaN", "9" * 40, "\u0665"):
        assert as_owner.get(add, {"category": key}).status_code == 200, key
        assert as_owner.post(change, {"category": key}).status_code == 200, key


def test_what_is_taken_when_it_is_saved_is_a_sentence(shop: Shop, as_owner: Client):
    """The count of -1 lets an outlet by that is validated as no outlet of ours."""
    page = reverse("admin:pos_company_change", args=[shop.company.pk])
    fields = Forms(as_owner.get(page).text, page).found[-1][2]

    answer = as_owner.post(page, fields | {"outlets-INITIAL_FORMS": "-1"})

    assert answer.status_code == 409
    assert "Someone else has changed this meanwhile." in answer.text
    assert Outlet.objects.filter(company=shop.company).count() == 1


def test_a_reference_to_a_field_without_a_name_is_refused(shop: Shop, as_owner: Client):
    asked = {"_to_field": "", "post": "yes"}
    for page in ("change", "delete"):
        path = reverse(f"admin:pos_product_{page}", args=[shop.product.pk])

        for method in (as_owner.get, as_owner.post):
            assert method(path, asked).status_code == 400, (page, method)
    assert Product.objects.filter(pk=shop.product.pk).exists()
