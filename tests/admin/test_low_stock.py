"""Low stock: lists, columns and reports say the same of one product."""

from decimal import Decimal

import pytest
from django.urls import reverse

from pos.models import Product, StockItem
from sales.reports.stock import report_stock
from tests.support.factories import ProductFactory
from tests.support.questions import ask, cells, make_owner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,  # goods without the movement that brought them
]


@pytest.mark.parametrize(
    ("state", "on_hand", "is_low"),
    [
        ({}, 2, True),
        ({}, 6, False),
        ({"is_active": False}, 2, False),
        ({"is_tracked": False}, 2, False),
    ],
)
def test_what_is_low_is_so_everywhere(as_owner, shop, state, on_hand, is_low):
    product = ProductFactory(company=shop.company, name="Butter Rolls", **state)
    item = StockItem.objects.create(
        company=shop.company,
        outlet=shop.till.outlet,
        product=product,
        on_hand=Decimal(on_hand),
    )

    def read(model, query: str) -> str:
        name = f"admin:pos_{model._meta.model_name}_changelist"
        return as_owner.get(reverse(name), query).content.decode()

    def lists(model, query: dict[str, str]) -> bool:
        return product.name in read(model, query)

    assert lists(StockItem, {"level": "low"}) == is_low
    assert lists(Product, {"stock": "low"}) == is_low
    for model in (StockItem, Product):
        assert (f"{on_hand}, low" in read(model, {"q": "Butter"})) == is_low
    assert StockItem.objects.low().filter(pk=item.pk).exists() == is_low
    question = ask(shop.company, person=make_owner(shop.company), show="low")
    shown = cells(report_stock(question), "name")
    assert ((product.name,) in shown) == is_low
