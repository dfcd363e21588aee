"""Company scope: nothing of another company is shown, offered, named or changed."""

import json
import uuid

import pytest
from django import forms
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from pos.models import Barcode, Category, Outlet, Product, StaffMember, StockItem, Till
from tests.admin.shop import Shop, address, admins, books_of
from tests.support.factories import CategoryFactory, OutletFactory


def product_form(shop: Shop, **changes: object) -> dict[str, object]:
    """What the browser sends for a new product without barcodes and stock."""
    return {
        "name": "Kaya",
        "sku": "KAYA",
        "price": "4.20",
        "tax_code": "SR",
        "unit": "each",
        "when_out": "warn",
        "tile_position": "0",
        "is_active": "on",
        "is_tracked": "on",
        "barcodes-TOTAL_FORMS": "0",
        "barcodes-INITIAL_FORMS": "0",
        "stock_items-TOTAL_FORMS": "0",
        "stock_items-INITIAL_FORMS": "0",
    } | changes


def owned_by_others(shop: Shop, rows: object) -> list[object]:
    company = {field.name for field in rows.model._meta.get_fields()}
    if "company" not in company:
        return []
    return list(rows.exclude(company=shop.company))


def test_no_choice_of_any_form_is_another_company_s(shop: Shop, other_shop: Shop):
    request = RequestFactory().get("/admin/")
    request.user = shop.owner
    looked_at = 0

    for one in admins():
        for row in (None, shop.row(one.model)):
            made = [one.get_form(request, row, change=row is not None)]
            for inline in one.get_inline_instances(request, row):
                made.append(inline.get_formset(request, row).form)
            for form in made:
                for name, field in form.base_fields.items():
                    if isinstance(field, forms.ModelChoiceField):
                        looked_at += 1
                        assert not owned_by_others(shop, field.queryset), (one, name)

    assert looked_at >= 5


def test_no_filter_offers_what_is_another_company_s(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    Category.objects.filter(company=other_shop.company).update(name="Secret")
    Outlet.objects.filter(company=other_shop.company).update(name="Secret")
    Till.objects.filter(company=other_shop.company).update(name="Secret")
    StaffMember.objects.filter(company=other_shop.company).update(name="Secret")

    for one in admins():
        page = as_owner.get(address(one, "changelist"), {"_facets": "True"})
        assert "Secret" not in page.content.decode(), one


def test_no_admin_asks_for_raw_keys_or_shows_a_shortcut():
    for one in admins():
        assert not one.raw_id_fields, one
        for inline in one.inlines:
            assert not inline.raw_id_fields, one
    assert not any(
        getattr(url, "name", "") == "view_on_site" for url in admin.site.get_urls()
    )


def test_autocomplete_finds_only_one_s_own(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    asked = 0
    for one in admins():
        for name in one.autocomplete_fields:
            asked += 1
            remote = one.model._meta.get_field(name).related_model
            answer = as_owner.get(
                reverse("admin:autocomplete"),
                {
                    "app_label": one.opts.app_label,
                    "model_name": one.opts.model_name,
                    "field_name": name,
                    "term": "",
                },
            )
            found = {int(row["id"]) for row in answer.json()["results"]}
            own = remote.objects.filter(company=shop.company)
            assert found <= set(own.values_list("pk", flat=True)), (one, name)
            assert found, (one, name)

    assert asked


def test_the_company_is_set_and_never_asked(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    sent = product_form(
        shop,
        company=other_shop.company.pk,
        company_id=other_shop.company.pk,
        uid=uuid.uuid4(),
    )

    as_owner.post(reverse("admin:pos_product_add"), sent)

    product = Product.objects.get(sku="KAYA")
    assert product.company == shop.company
    assert product.uid != sent["uid"]


def test_what_no_form_asks_is_not_changed(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    product = shop.product
    item = StockItem.objects.get(product=product)
    before = (product.uid, product.pk, item.on_hand)

    as_owner.post(
        reverse("admin:pos_product_change", args=[product.pk]),
        product_form(
            shop,
            sku=product.sku,
            id=other_shop.product.pk,
            pk=other_shop.product.pk,
            uid=uuid.uuid4(),
            company=other_shop.company.pk,
            **{
                "stock_items-TOTAL_FORMS": "1",
                "stock_items-INITIAL_FORMS": "1",
                "stock_items-0-id": item.pk,
                "stock_items-0-product": product.pk,
                "stock_items-0-outlet": shop.outlet.pk,
                "stock_items-0-low_at": "7",
                "stock_items-0-on_hand": "9999",
                "stock_items-0-company": other_shop.company.pk,
            },
        ),
    )

    product.refresh_from_db()
    item.refresh_from_db()
    assert product.name == "Kaya"  # the rest was saved
    assert item.low_at == 7
    assert (product.uid, product.pk, item.on_hand) == before
    assert product.company == item.company == shop.company


def test_crafted_requests_leave_another_company_as_it_was(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    before = books_of(other_shop.company)
    barcode = Barcode.objects.get(product=other_shop.product)
    item = StockItem.objects.get(product=other_shop.product)
    category = other_shop.product.category
    mine = shop.product
    attempts = [
        ("pos_product_add", [], product_form(shop, category=category.pk)),
        ("pos_barcode_add", [], {"code": "mine", "product": other_shop.product.pk}),
        (
            "pos_till_add",
            [],
            {"code": "X", "name": "X", "outlet": other_shop.outlet.pk},
        ),
        (
            "pos_staffmember_add",
            [],
            {
                "name": "X",
                "username": "x",
                "role": other_shop.owner.role.pk,
                "password1": "correct horse 9",
                "password2": "correct horse 9",
            },
        ),
        (
            "pos_product_change",
            [mine.pk],
            product_form(
                shop,
                sku=mine.sku,
                **{
                    "barcodes-TOTAL_FORMS": "1",
                    "barcodes-INITIAL_FORMS": "1",
                    "barcodes-0-id": barcode.pk,
                    "barcodes-0-product": other_shop.product.pk,
                    "barcodes-0-code": "stolen",
                },
            ),
        ),
        (
            "pos_product_change",
            [mine.pk],
            product_form(
                shop,
                sku=mine.sku,
                **{
                    "stock_items-TOTAL_FORMS": "1",
                    "stock_items-INITIAL_FORMS": "0",
                    "stock_items-0-product": other_shop.product.pk,
                    "stock_items-0-outlet": other_shop.outlet.pk,
                    "stock_items-0-low_at": "1",
                },
            ),
        ),
        ("pos_product_delete", [other_shop.product.pk], {"post": "yes"}),
        ("pos_category_delete", [category.pk], {"post": "yes"}),
        ("pos_barcode_delete", [barcode.pk], {"post": "yes"}),
        ("pos_stockitem_change", [item.pk], {"low_at": "1"}),
        ("sales_sale_finalization", [other_shop.open.pk], {"revision": "1"}),
        ("auth_user_password_change", [other_shop.owner.pk], {"password1": "x"}),
        ("pos_company_change", [other_shop.company.pk], {"name": "Mine now"}),
    ]
    for name, arguments, sent in attempts:
        as_owner.post(reverse(f"admin:{name}", args=arguments), sent)
    for one in admins():
        for action in [*one.get_actions(_request(shop.owner)), "delete_selected"]:
            sent = {
                "action": action,
                "_selected_action": [other_shop.row(one.model).pk],
                "post": "yes",
                "index": "0",
                "select_across": "0",
            }
            as_owner.post(address(one, "changelist"), sent)
    query = f"?product={other_shop.product.pk}&outlet={other_shop.outlet.pk}"
    for page in ("receive", "count"):
        as_owner.post(
            reverse(f"admin:pos_product_{page}") + query,
            {
                "uid": uuid.uuid4(),
                "outlet": other_shop.outlet.pk,
                "reason": "x",
                f"quantity_{other_shop.product.pk}": "5",
            },
        )

    assert books_of(other_shop.company) == before


@pytest.mark.parametrize("whose", ["own", "other"])
def test_a_stock_item_stays_at_its_outlet(
    shop: Shop, other_shop: Shop, as_owner: Client, whose: str
):
    """Its movements happened there."""
    outlet = other_shop.outlet
    if whose == "own":
        outlet = OutletFactory(company=shop.company)
    item = StockItem.objects.get(product=shop.product)
    sent = product_form(
        shop,
        sku=shop.product.sku,
        **{
            "stock_items-TOTAL_FORMS": "2",
            "stock_items-INITIAL_FORMS": "1",
            "stock_items-0-id": item.pk,
            "stock_items-0-product": shop.product.pk,
            "stock_items-0-outlet": outlet.pk,
            "stock_items-0-low_at": "1",
            "stock_items-1-product": shop.product.pk,
            "stock_items-1-outlet": outlet.pk,
            "stock_items-1-low_at": "1",
        },
    )

    address = reverse("admin:pos_product_change", args=[shop.product.pk])
    answer = as_owner.post(address, sent)

    assert answer.status_code == 302
    kept = shop.product.stock_items.get()
    assert (kept.outlet, kept.low_at) == (shop.outlet, 1)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "query",
    [
        {"company__name": "x"},
        {"company__staff__password__startswith": "argon2"},
        {"product__company__code__startswith": "C"},
        {"sale__cashier__password__startswith": "argon2"},
        {"cashier__password__startswith": "argon2"},
        {"staff_member__password__startswith": "argon2"},
        {"password__startswith": "argon2"},
        {"role__staff__password__startswith": "argon2"},
    ],
)
def test_no_lookup_in_an_address_reaches_beyond_the_list(
    shop: Shop, as_owner: Client, query: dict[str, str]
):
    for one in admins():
        answer = as_owner.get(address(one, "changelist"), query)
        # A page of its own in place of the list looks nothing up.
        is_list = answer.status_code != 200 or "cl" in answer.context
        assert not is_list or answer.status_code in {302, 400}, one


@pytest.mark.parametrize("lookup", ["company", "company__id__exact", "company_id"])
def test_asking_for_another_company_by_its_key_finds_nothing(
    shop: Shop, other_shop: Shop, as_owner: Client, lookup: str
):
    page = as_owner.get(
        reverse("admin:pos_product_changelist"), {lookup: other_shop.company.pk}
    )

    if page.status_code == 200:
        assert page.context["cl"].result_count == 0
    else:
        assert page.status_code in {302, 400}


def test_two_companies_may_use_the_same_words(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    CategoryFactory(company=other_shop.company, name="Kopi")

    as_owner.post(
        reverse("admin:pos_category_add"),
        {"name": "Kopi", "position": "0", "tint": "kopi", "glyph": "g-cup"},
    )

    assert Category.objects.filter(company=shop.company, name="Kopi").exists()


def test_the_history_is_of_one_s_own_rows(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    client = Client()
    client.force_login(other_shop.owner)
    client.post(
        reverse("admin:pos_category_add"),
        {"name": "Theirs", "position": "0", "tint": "kopi", "glyph": "g-cup"},
    )

    index = as_owner.get("/admin/").content.decode()

    assert "Theirs" not in index
    assert json.dumps("Theirs") not in index


def _request(person: StaffMember) -> object:
    request = RequestFactory().get("/admin/")
    request.user = person
    return request
