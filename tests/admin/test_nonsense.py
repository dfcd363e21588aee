"""Nonsense in addresses: every list answers it with the list or a redirect to it."""

import itertools

import pytest
from django.test import Client

from tests.admin.shop import Shop, address, admins, make_back_office_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_back_office_shop()


@pytest.mark.exhaustive
def test_nonsense_for_a_filter_an_order_or_a_page_shows_the_list(
    shop: Shop, as_owner: Client
):
    texts = itertools.cycle(["'", "9" * 40, "NaN", "\N{PILE OF POO}", "-1"])
    for one in admins():
        names = ["o", "p", "all", "e", "stock", "level", "state", "_facets", "pk"]
        names += [field.attname for field in one.model._meta.concrete_fields]
        if one.date_hierarchy:
            names += [f"{one.date_hierarchy}__{part}" for part in ("year", "day")]
        path = address(one, "changelist")
        for name in {*names} - {"password"}:
            text = next(texts)
            page = as_owner.get(path, {name: text})
            if page.status_code != 302:
                assert page.status_code == 200, (one, name, text)
                continue
            assert page.url == f"{path}?e=1", (one, name, text)
        assert as_owner.get(path, {"e": "1"}).status_code == 200, one
