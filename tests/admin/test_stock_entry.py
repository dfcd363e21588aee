"""Stock entry: goods received and counts posted on pages of their own."""

import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pos.models import Product, StaffMember, StockItem, StockMovement
from tests.admin.shop import Shop, books_of
from tests.support.factories import OutletFactory, ProductFactory


def page(kind: str, *products: Product) -> str:
    query = "&".join(f"product={product.pk}" for product in products)
    return f"{reverse(f'admin:pos_product_{kind}')}?{query}"


def form(shop: Shop, quantities: dict[Product, object], **changes: object) -> dict:
    typed = {f"quantity_{product.pk}": n for product, n in quantities.items()}
    return (
        {
            "uid": uuid.uuid4(),
            "outlet": shop.outlet.pk,
            "reason": "Delivery 4711",
        }
        | typed
        | changes
    )


def on_hand(product: Product) -> list[int]:
    items = product.stock_items.order_by("pk")
    return [int(number) for number in items.values_list("on_hand", flat=True)]


def test_the_lists_lead_to_the_page_with_what_was_chosen(shop: Shop, as_owner: Client):
    item = StockItem.objects.get(product=shop.product)
    for kind in ("receive", "count"):
        for changelist, key in (("product", shop.product.pk), ("stockitem", item.pk)):
            answer = as_owner.post(
                reverse(f"admin:pos_{changelist}_changelist"),
                {"action": f"{kind}_selected", "_selected_action": [key]},
            )
            assert answer.url.startswith(page(kind, shop.product))


def test_receives_several_products_at_once(shop: Shop, as_owner: Client):
    other = ProductFactory(company=shop.company)
    untouched = ProductFactory(company=shop.company)

    answer = as_owner.post(
        page("receive", shop.product, other, untouched),
        form(shop, {shop.product: "5", other: "2", untouched: ""}),
    )

    assert answer.status_code == 302
    assert (on_hand(shop.product), on_hand(other)) == ([14], [2])
    assert not untouched.stock_items.exists()
    movement = StockMovement.objects.filter(stock_item__product=other).get()
    assert (movement.staff_member, movement.reason) == (shop.owner, "Delivery 4711")
    item = StockItem.objects.get(product=shop.product)
    log = LogEntry.objects.get(object_id=str(item.pk))
    assert log.get_change_message() == "received: 5 (Delivery 4711)"


def test_sending_the_page_twice_receives_once(shop: Shop, as_owner: Client):
    sent = form(shop, {shop.product: "5"})

    for _ in range(2):
        as_owner.post(page("receive", shop.product), sent)

    assert on_hand(shop.product) == [14]
    assert LogEntry.objects.count() == 1


def test_counts_each_product_and_posts_the_variance(shop: Shop, as_owner: Client):
    other = ProductFactory(company=shop.company, name="Z, the last by name")
    sent = form(shop, {shop.product: "7", other: "0"}, reason="Stock count")

    for _ in range(2):
        answer = as_owner.post(page("count", shop.product, other), sent)

    assert answer.status_code == 302
    assert on_hand(shop.product) == [7]
    counted = StockMovement.objects.filter(kind="count").order_by("pk")
    assert [int(movement.quantity) for movement in counted] == [-2, 0]
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("kind", ["receive", "count"])
@pytest.mark.parametrize("typed", ["", "-1", "1.5", "NaN", "1e99", "9" * 40])
def test_what_is_no_quantity_is_refused_at_its_field(
    shop: Shop, as_owner: Client, kind: str, typed: str
):
    before = books_of(shop.company)

    answer = as_owner.post(page(kind, shop.product), form(shop, {shop.product: typed}))

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert books_of(shop.company) == before


def test_a_refusal_of_the_service_is_shown_on_the_page(shop: Shop, as_owner: Client):
    before = books_of(shop.company)

    answer = as_owner.post(page("receive", shop.product), form(shop, {shop.product: 0}))

    assert "must be a number above zero" in answer.content.decode()
    assert books_of(shop.company) == before


def test_goods_do_not_come_in_without_a_reason(shop: Shop, as_owner: Client):
    sent = form(shop, {shop.product: "5"}, reason="  ")

    as_owner.post(page("receive", shop.product), sent)

    assert on_hand(shop.product) == [9]


def test_another_company_s_products_and_outlets_are_not_offered(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    shown = as_owner.get(
        page("receive", shop.product, other_shop.product)
    ).content.decode()

    assert str(shop.product) in shown
    assert str(other_shop.product) not in shown
    assert str(other_shop.outlet) not in shown
    sent = form(shop, {shop.product: "5"}, outlet=other_shop.outlet.pk)
    answer = as_owner.post(page("receive", shop.product), sent)
    assert "Select a valid choice" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["", "product=x", "product=", "product=" + "9" * 50, "product=٣"]
)
def test_without_a_product_the_list_is_shown_again(
    shop: Shop, as_owner: Client, query: str
):
    answer = as_owner.get(f"{reverse('admin:pos_product_receive')}?{query}")

    assert answer.url == reverse("admin:pos_product_changelist")
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Choose products whose stock is counted."]


def test_a_hundred_products_are_enough_for_one_page(shop: Shop, as_owner: Client):
    ProductFactory.create_batch(100, company=shop.company)

    answer = as_owner.post(
        reverse("admin:pos_product_changelist"),
        {
            "action": "receive_selected",
            "_selected_action": [shop.product.pk],
            "select_across": "1",
            "index": "0",
        },
    )

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Choose at most 100 products."]


def test_the_page_asks_as_often_for_fifty_products_as_for_one(
    shop: Shop, as_owner: Client, django_assert_max_num_queries
):
    OutletFactory.create_batch(3, company=shop.company)
    products = ProductFactory.create_batch(50, company=shop.company)

    with django_assert_max_num_queries(14):
        as_owner.get(page("receive", *products))


def test_a_supervisor_may_and_the_installation_s_administrator_may_not(
    shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(shop.supervisor)
    assert client.get(page("receive", shop.product)).status_code == 200
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})
    assert client.get(page("receive", shop.product)).status_code == 403
    assert client.get(page("count", shop.product)).status_code == 403
