"""Catalogue in the admin: products, codes, prices, and refusals of wrong input."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from pos.catalogue.barcodes import check_digit
from pos.models import Barcode, Category, Company, Product, TaxRate
from tests.admin.shop import Shop
from tests.admin.test_company_scope import product_form
from tests.support.factories import BarcodeFactory, ProductFactory

RIGHT = f"888812345012{check_digit('888812345012')}"
WRONG = f"888812345013{check_digit('888812345012')}"


def with_codes(*codes: str) -> dict[str, object]:
    typed = {f"barcodes-{n}-code": code for n, code in enumerate(codes)}
    return {"barcodes-TOTAL_FORMS": str(len(codes))} | typed


def add(client: Client, shop: Shop, **changes: object) -> object:
    address = reverse("admin:pos_product_add")
    return client.post(address, product_form(shop, **changes))


def errors(page: object) -> dict[str, list[str]]:
    return dict(page.context["adminform"].form.errors)


def test_a_product_comes_with_its_barcodes(shop: Shop, as_owner: Client):
    add(as_owner, shop, **with_codes(RIGHT, "OWN-1"))

    product = Product.objects.get(sku="KAYA")
    codes = {barcode.code: barcode.company for barcode in product.barcodes.all()}
    assert codes == {RIGHT: shop.company, "OWN-1": shop.company}


def test_a_wrong_check_digit_is_named(shop: Shop, as_owner: Client):
    page = add(as_owner, shop, **with_codes(WRONG))

    assert f"{WRONG} has a wrong check digit." in page.content.decode()
    assert not Product.objects.filter(sku="KAYA").exists()


@pytest.mark.parametrize("typed", ["0036000291452", "036000291452"])
def test_a_taken_barcode_names_its_product_in_either_spelling(
    shop: Shop, as_owner: Client, typed: str
):
    holder = ProductFactory(company=shop.company, name="Milo")
    BarcodeFactory(product=holder, code="036000291452")

    page = add(as_owner, shop, **with_codes(typed))

    assert f"Barcode {typed} belongs to Milo." in page.content.decode()


def test_a_barcode_may_be_another_company_s_too(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    BarcodeFactory(product=other_shop.product, code=RIGHT)

    add(as_owner, shop, **with_codes(RIGHT))

    assert Barcode.objects.filter(code=RIGHT).count() == 2


def test_the_same_barcode_twice_on_a_page_is_refused(shop: Shop, as_owner: Client):
    page = add(as_owner, shop, **with_codes(RIGHT, RIGHT))

    assert page.status_code == 200
    assert not Product.objects.filter(sku="KAYA").exists()


def test_a_barcode_keeps_its_own_code_when_it_is_saved_again(
    shop: Shop, as_owner: Client
):
    barcode = BarcodeFactory(product=shop.product, code=RIGHT)

    answer = as_owner.post(
        reverse("admin:pos_barcode_change", args=[barcode.pk]),
        {"code": RIGHT, "product": shop.product.pk},
    )

    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"price": "-1"}, "price", "The price must not be below zero."),
        ({"price": "1.005"}, "price", "SGD has 2 decimal places."),
        ({"price": "NaN"}, "price", "Enter a number."),
        ({"price": "1e30"}, "price", "Ensure that there are no more than 14 digits"),
        ({"cost": "-0.01"}, "cost", "The cost must not be below zero."),
        ({"tax_code": "DS"}, "tax_code", "Tax code DS has no rate in force"),
        ({"tax_code": "NG"}, "tax_code", "NG is for sellers not registered"),
        ({"tax_code": "XX"}, "tax_code", "Select a valid choice"),
        ({"sku": ""}, "sku", "This field is required"),
        ({"tile_position": "99999"}, "tile_position", "Ensure this value is less"),
    ],
)
def test_what_cannot_be_sold_is_refused_at_its_field(
    shop: Shop, as_owner: Client, changes: dict, field: str, said: str
):
    TaxRate.objects.filter(tax_code="DS").delete()

    page = add(as_owner, shop, **changes)

    assert said in errors(page)[field][0]
    assert not Product.objects.filter(sku="KAYA").exists()


def test_a_taken_sku_is_refused_at_its_field(shop: Shop, as_owner: Client):
    page = add(as_owner, shop, sku=shop.product.sku.lower())

    taken = f"SKU {shop.product.sku.lower()} belongs to {shop.product}."
    assert errors(page) == {"sku": [taken]}


def test_who_is_not_registered_may_use_any_tax_code(shop: Shop, as_owner: Client):
    Company.objects.filter(pk=shop.company.pk).update(
        gst_number="", gst_registered_on=None
    )

    add(as_owner, shop, tax_code="NG")

    assert Product.objects.filter(sku="KAYA", tax_code="NG").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rate": "9"}, "Enter the rate as a fraction: 0.09 for 9 %."),
        ({"rate": "-0.1"}, "Enter the rate as a fraction: 0.09 for 9 %."),
        ({"tax_code": "ZR", "rate": "0.09"}, "ZR carries no tax: its rate must be 0."),
    ],
)
def test_a_rate_is_a_fraction_of_a_code_that_has_one(
    shop: Shop, as_owner: Client, changes: dict, said: str
):
    sent = {"tax_code": "SR", "rate": "0.1", "valid_from": "2030-01-01"} | changes

    page = as_owner.post(reverse("admin:pos_taxrate_add"), sent)

    assert said in errors(page)["rate"][0]


def test_one_rate_a_code_and_day(shop: Shop, as_owner: Client):
    sent = {"tax_code": "SR", "rate": "0.1", "valid_from": "2030-01-01"}
    address = reverse("admin:pos_taxrate_add")

    answers = [as_owner.post(address, sent).status_code for _ in range(2)]

    assert answers == [302, 200]


def test_a_gst_number_and_its_date_go_together(shop: Shop, as_owner: Client):
    company = shop.company
    page = as_owner.post(
        reverse("admin:pos_company_change", args=[company.pk]),
        {
            "name": company.name,
            "code": company.code,
            "tax_name": "GST",
            "gst_number": "M1",
            "gst_registered_on": "",
            "currency_symbol": "S$",
            "tax_rounding": "line",
            "cash_rounding": "down",
            "cash_rounding_step": "0.05",
            "time_zone": "Asia/Singapore",
            "outlets-TOTAL_FORMS": "0",
            "outlets-INITIAL_FORMS": "0",
        },
    )

    assert (
        "Enter both the tax registration number and the date" in page.content.decode()
    )


def test_a_scanned_barcode_finds_its_product_alone(shop: Shop, as_owner: Client):
    BarcodeFactory(product=shop.product, code="036000291452")
    ProductFactory(company=shop.company, name="0036000291452 in its name")

    page = as_owner.get(reverse("admin:pos_product_changelist"), {"q": "0036000291452"})

    assert list(page.context["cl"].result_list) == [shop.product]


def test_a_word_that_is_a_sku_as_well_is_searched(shop: Shop, as_owner: Client):
    for sku, name in (("KOPI", "Kopi (hot)"), ("KOPI-O", "Kopi-O"), ("B", "Teh")):
        ProductFactory(company=shop.company, sku=sku, name=name)

    found = as_owner.get("/admin/pos/product/", {"q": "kopi"})

    assert {p.sku for p in found.context["cl"].queryset} == {"KOPI", "KOPI-O"}


def test_words_find_products_whatever_their_order(shop: Shop, as_owner: Client):
    wanted = ProductFactory(
        company=shop.company, name="Kopi-O Bags", second_name="咖啡"
    )

    for words in ("bags kopi", "咖啡", wanted.sku.lower(), str(wanted.uid)):
        page = as_owner.get(reverse("admin:pos_product_changelist"), {"q": words})
        assert list(page.context["cl"].result_list) == [wanted], words


def test_a_category_is_named_in_two_languages(shop: Shop, as_owner: Client):
    typed = {"name": "Bakery", "second_name": "面包糕点", "position": "0"}
    as_owner.post(
        reverse("admin:pos_category_add"), typed | {"tint": "bakery", "glyph": "g-cake"}
    )

    bakery = Category.objects.get(company=shop.company, name="Bakery")
    assert bakery.second_name == "面包糕点"
    page = as_owner.get(reverse("admin:pos_category_changelist"), {"q": "糕点"})
    assert list(page.context["cl"].result_list) == [bakery]
    assert "面包糕点" in page.content.decode()


def test_a_category_may_have_one_name(shop: Shop, as_owner: Client):
    typed = {"name": "Bakery", "position": "0", "tint": "bakery", "glyph": "g-cake"}
    as_owner.post(reverse("admin:pos_category_add"), typed)

    assert Category.objects.get(name="Bakery").second_name == ""


def test_products_are_taken_off_sale_and_put_back(shop: Shop, as_owner: Client):
    for action, is_active in (("take_off_sale", False), ("put_on_sale", True)):
        as_owner.post(
            reverse("admin:pos_product_changelist"),
            {"action": action, "_selected_action": [shop.product.pk]},
        )
        shop.product.refresh_from_db()
        assert shop.product.is_active is is_active

    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said == ["Taken off sale.", "Put back on sale."]


def test_a_product_that_was_sold_stays(shop: Shop, as_owner: Client):
    page = as_owner.post(
        reverse("admin:pos_product_delete", args=[shop.product.pk]), {"post": "yes"}
    )

    assert page.status_code in {200, 403}
    assert Product.objects.filter(pk=shop.product.pk).exists()


def test_the_form_shows_amounts_as_people_write_them(shop: Shop, as_owner: Client):
    page = as_owner.get(reverse("admin:pos_product_change", args=[shop.product.pk]))

    text = page.content.decode()
    assert 'name="price" value="10.00"' in text
    assert "Tax included." in text
