"""The page "History" of a row: each field, from and to, for those who see the row."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from pos.access.field_history import PAGE_SIZE
from pos.models import FieldChange, Product, Role
from tests.admin.shop import Shop


def history(model: str, row) -> str:
    return reverse(f"admin:{model}_history", args=[row.pk])


def post_price(client: Client, product: Product, price: str) -> None:
    page = reverse("admin:pos_product_change", args=[product.pk])
    form = client.get(page).context["adminform"].form
    content = {
        name: "" if value is None else value for name, value in form.initial.items()
    }
    for name in ("barcodes", "stock_items"):
        content |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    content = {name: value for name, value in content.items() if value is not False}
    assert client.post(page, content | {"price": price}).status_code == 302


def test_a_price_changed_in_the_back_office_shows_from_to_and_who(
    shop: Shop, as_owner: Client
):
    Product.objects.filter(pk=shop.product.pk).update(price=Decimal("4.20"))
    post_price(as_owner, shop.product, "4.50")

    page = as_owner.get(history("pos_product", shop.product))

    change = page.context["history"].changes[0]
    assert (change.field, change.before, change.after) == ("Price", "4.20", "4.50")
    assert change.who == str(shop.owner)
    assert "4.20" in page.content.decode()


def test_who_deletes_a_role_is_named_for_its_limits(shop: Shop, as_owner: Client):
    role = Role.objects.create(company=shop.company, code="night", name="Night")
    role.limits.create(company=shop.company, act="cash_out", value=5)

    page = reverse("admin:pos_role_delete", args=[role.pk])
    assert as_owner.post(page, {"post": "yes"}).status_code == 302

    change = FieldChange.objects.filter(row_key=role.pk, kind="pos.role").latest("pk")
    assert (change.before, change.after) == ("5.000", None)
    assert change.staff_member == shop.owner


def test_older_changes_are_on_the_next_page(shop: Shop, as_owner: Client):
    for price in range(PAGE_SIZE + 1):
        Product.objects.filter(pk=shop.product.pk).update(price=1000 + price)
    first = as_owner.get(history("pos_product", shop.product))
    older = first.context["history"].older

    second = as_owner.get(history("pos_product", shop.product), {"before": older})

    assert f"?before={older}" in first.content.decode()
    assert second.context["history"].changes[0].after == "1,000.00"


def test_a_nonsense_place_shows_the_newest(shop: Shop, as_owner: Client):
    Product.objects.filter(pk=shop.product.pk).update(price=77)

    page = as_owner.get(history("pos_product", shop.product), {"before": "x"})

    assert page.context["history"].changes[0].after == "77.00"


def test_a_page_takes_as_many_statements_for_any_number_of_changes(
    shop: Shop, as_owner: Client, django_assert_max_num_queries
):
    for price in range(40):
        Product.objects.filter(pk=shop.product.pk).update(price=1000 + price)

    with django_assert_max_num_queries(9):
        as_owner.get(history("pos_product", shop.product))
