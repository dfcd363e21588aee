"""Container deposits in the back office: seen only where they are charged."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from pos.access.companies import ensure_reference_data
from pos.models import Company, ContainerDeposit, Product
from sales.models import Shift
from tests.admin.shop import Shop
from tests.support.factories import ProductFactory
from tests.support.refunds import sell_products

ADD = reverse("admin:pos_containerdeposit_add")


def charge(shop: Shop) -> None:
    Company.objects.filter(pk=shop.company.pk).update(charges_container_deposits=True)


def errors(page) -> dict:
    return page.context["adminform"].form.errors


def sent_back(page) -> dict[str, object]:
    """What the form of a page sends when nothing is changed."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: v for name, v in values.items() if v is not None and v is not False}
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return sent


def test_a_deposit_is_added_from_a_day_on(shop: Shop, as_owner: Client):
    charge(shop)

    as_owner.post(ADD, {"amount": "0.20", "valid_from": "2030-01-01"})

    [new] = ContainerDeposit.objects.filter(valid_from=date(2030, 1, 1))
    assert (new.company, new.amount) == (shop.company, Decimal("0.20"))
    page = as_owner.get(reverse("admin:pos_containerdeposit_changelist"))
    assert "0.20" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"amount": "-0.10"}, "__all__", "A deposit must not be below zero."),
        ({"amount": "0.105"}, "amount", "SGD has 2 decimal places."),
        ({"amount": "200000"}, "amount", "less than or equal to 100000"),
        ({"amount": "NaN"}, "amount", "Enter a number."),
        ({"valid_from": ""}, "valid_from", "This field is required."),
        ({"valid_from": "2026-04-01"}, "valid_from", "already has this"),
    ],
)
def test_what_is_no_deposit_is_said(
    shop: Shop, as_owner: Client, changes: dict, field: str, said: str
):
    charge(shop)

    page = as_owner.post(ADD, {"amount": "0.1", "valid_from": "2030-01-01"} | changes)

    assert said in errors(page)[field][0]


def test_one_that_sales_have_used_is_kept(shop: Shop, as_owner: Client):
    charge(shop)
    can = ProductFactory(company=shop.company, price=Decimal(2), containers=1)
    sell_products(Shift.objects.get(pk=shop.shift.pk), products=[can])
    used = ContainerDeposit.objects.get(company=shop.company)
    address = reverse("admin:pos_containerdeposit_change", args=[used.pk])

    page = as_owner.post(address, {"amount": "0.5", "valid_from": "2026-04-01"})
    gone = as_owner.post(
        reverse("admin:pos_containerdeposit_delete", args=[used.pk]),
        {"post": "yes"},
        follow=True,
    )

    assert "Sales have used the rate of this time" in errors(page)["__all__"][0]
    assert "used, so it cannot be deleted. Add one" in gone.content.decode()
    used.refresh_from_db()
    assert used.amount == Decimal("0.100")


def test_nobody_sees_them_where_none_are_charged(shop: Shop, as_owner: Client):
    product = Product.objects.filter(company=shop.company).first()
    pages = [
        reverse("admin:pos_product_changelist"),
        reverse("admin:pos_product_change", args=[product.pk]),
    ]
    for is_charged in (False, True):
        if is_charged:
            charge(shop)
        for page in pages:
            text = as_owner.get(page).content.decode()
            assert ("ontainers with a dep" in text or "ontainer deposits" in text) == (
                is_charged
            )


def test_containers_are_of_pieces(shop: Shop, as_owner: Client):
    charge(shop)
    product = ProductFactory(company=shop.company, unit="kg")
    address = reverse("admin:pos_product_change", args=[product.pk])
    sent = sent_back(as_owner.get(address))
    page = as_owner.post(address, sent | {"containers": "1"})

    assert "Only what is sold by the piece" in errors(page)["__all__"][0]


def test_containers_that_nobody_sees_go_with_the_piece(shop: Shop, as_owner: Client):
    product = ProductFactory(company=shop.company, containers=1)
    address = reverse("admin:pos_product_change", args=[product.pk])
    sent = sent_back(as_owner.get(address))

    page = as_owner.post(address, sent | {"unit": "kg"})

    assert page.status_code == 302, errors(page)
    product.refresh_from_db()
    assert (product.unit, product.containers) == ("kg", 0)


def test_reference_data_brings_back_no_deposit_that_was_moved(shop: Shop):
    ContainerDeposit.objects.filter(company=shop.company).update(
        valid_from=date(2026, 10, 1)
    )

    ensure_reference_data(company=shop.company)

    [deposit] = shop.company.container_deposits.all()
    assert deposit.valid_from == date(2026, 10, 1)
