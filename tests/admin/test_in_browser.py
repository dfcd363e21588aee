"""Back office in a browser: every page obeys the content security policy."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, expect

from pos.models import StaffMember
from sales.models import BooksProof
from tests.admin.shop import Shop, address, admins, make_back_office_shop
from tests.browser.keys import press, scan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_back_office_shop()


@pytest.fixture
def office(shop: Shop, live_server, context, page: Page) -> Iterator[Page]:
    """A page of the owner's, on which nothing may fail quietly."""
    _sign_in(context, live_server, shop.owner)
    complaints: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(f"{page.url}: {said.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    yield page
    assert complaints == []


def _sign_in(context, live_server, person: StaffMember) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )


@pytest.mark.exhaustive
def test_no_page_breaks_the_policy(shop: Shop, live_server, office: Page):
    for one in admins():
        row = shop.row(one.model)
        for path in (address(one, "changelist"), address(one, "change", row)):
            answer = office.goto(live_server.url + path)
            assert answer.status == 200, path
    office.goto(f"{live_server.url}/admin/")
    office.goto(f"{live_server.url}/account/")


@pytest.mark.exhaustive
def test_a_product_is_added_with_a_category_that_was_searched(
    shop: Shop, live_server, office: Page
):
    office.goto(f"{live_server.url}/admin/pos/product/add/")
    office.get_by_label("Name:", exact=True).fill("Kaya Toast")
    office.get_by_label("SKU:").fill("KT1")
    office.get_by_label("Price:", exact=True).fill("2.40")
    office.locator(".field-category .select2-selection").first.click()
    office.get_by_role("option", name=shop.product.category.name).click()
    office.get_by_role("textbox", name="Barcode").fill("TOAST")
    office.get_by_role("button", name="Add another Barcode").click()
    office.get_by_role("textbox", name="Barcode").nth(1).fill("TOAST-2")
    office.get_by_role("button", name="Save", exact=True).click()

    expect(office.locator(".messagelist")).to_contain_text("was added successfully")
    product = shop.company.products.get(sku="KT1")
    assert product.category == shop.product.category
    assert sorted(product.barcodes.values_list("code", flat=True)) == [
        "TOAST",
        "TOAST-2",
    ]


def test_a_scanner_fills_codes_and_saves_nothing(shop: Shop, live_server, office: Page):
    address = f"{live_server.url}/admin/pos/product/{shop.product.pk}/change/"
    office.goto(address)
    code = office.get_by_role("textbox", name="Barcode").last
    code.focus()
    scan(office, "8888123450122")
    expect(code).to_have_value("8888123450122")
    expect(code).not_to_be_focused()
    # A scanner so slow that it is not known as one.
    code.focus()
    press(office, "Enter")
    expect(code).not_to_be_focused()

    price = office.get_by_label("Price:", exact=True)
    before = price.input_value()
    price.focus()
    scan(office, "8888123450122")
    expect(office.get_by_role("alert")).to_contain_text("Nothing was typed")
    expect(price).to_have_value(before)
    expect(office).to_have_url(address)
    assert not shop.product.barcodes.filter(code="8888123450122").exists()


@pytest.mark.exhaustive
def test_a_scanner_s_enter_saves_no_page_of_the_office(
    shop: Shop, live_server, office: Page
):
    posted: list[str] = []
    office.on(
        "request", lambda sent: posted.append(sent.url) if sent.method == "POST" else 0
    )
    receive = reverse("admin:pos_product_receive")
    fields = [
        ("pos/product/add/", "SKU"),
        ("pos/product/add/?_popup=1", "SKU"),
        (f"pos/product/{shop.product.pk}/change/", "Barcode"),
        ("pos/barcode/add/", "Barcode"),
        ("pos/barcode/add/?_popup=1", "Barcode"),
        ("customers/customer/add/", "Code"),
        (f"{receive.removeprefix('/admin/')}?product={shop.product.pk}", "Reason"),
    ]
    for path, label in fields:
        address = f"{live_server.url}/admin/{path}"
        office.goto(address)
        field = office.get_by_role("textbox", name=label).last
        # The last field of a page keeps the focus.
        is_last = path.startswith("pos/barcode/")
        focus = expect(field)
        focused = focus.to_be_focused if is_last else focus.not_to_be_focused
        field.focus()
        scan(office, "8888123450122")
        expect(field).to_have_value("8888123450122")
        focused()
        # A scanner so slow that it is not known as one.
        field.focus()
        press(office, "Enter")
        focused()
        expect(office).to_have_url(address)
    assert posted == []


def test_a_scan_without_a_field_searches_the_list_and_nothing_else(
    shop: Shop, live_server, office: Page
):
    code = shop.product.barcodes.get().code
    office.goto(f"{live_server.url}/admin/pos/product/")
    scan(office, code)
    office.wait_for_url(f"**/admin/pos/product/?*q={code}*")
    expect(office.locator("#result_list tbody tr")).to_have_count(1)

    office.goto(f"{live_server.url}/admin/pos/product/{shop.product.pk}/change/")
    scan(office, code)
    expect(office.get_by_role("alert")).to_contain_text("Nothing was typed")


def test_an_open_sale_is_finalized_by_its_button(shop: Shop, live_server, office: Page):
    office.goto(f"{live_server.url}/admin/sales/sale/{shop.open.pk}/change/")
    office.get_by_role("link", name="Finalize").click()
    expect(office.locator("#content-main")).to_contain_text("S$10.00 in cash is taken")
    office.get_by_role("button", name="Finalize").click()

    expect(office.locator(".messagelist")).to_have_text(re.compile(r"Receipt .*-S-0"))
    expect(office.get_by_role("link", name="Finalize")).to_have_count(0)
    shop.open.refresh_from_db()
    assert shop.open.is_finalized


def test_chosen_products_are_received(shop: Shop, live_server, office: Page):
    office.goto(f"{live_server.url}/admin/pos/product/")
    office.get_by_role("checkbox", name=str(shop.product)).check()
    office.get_by_label("Action:").select_option("receive_selected")
    office.get_by_role("button", name="Go").click()
    office.get_by_label("Reason").fill("Delivery 4712")
    office.get_by_label(str(shop.product)).fill("6")
    office.get_by_role("button", name="Receive stock").click()

    expect(office.locator(".messagelist")).to_contain_text("1 product received.")
    assert shop.product.stock_items.get().on_hand == 15


def test_the_headings_of_a_proof_are_whole_words(shop: Shop, live_server, office: Page):
    proof = shop.row(BooksProof)
    office.set_viewport_size({"width": 480, "height": 700})
    office.goto(live_server.url + f"/admin/sales/booksproof/{proof.pk}/change/")

    for name in ("Check", "Found"):
        heading = office.get_by_role("columnheader", name=name).bounding_box()
        assert heading["height"] < 36


def test_the_theme_is_the_one_that_was_chosen(live_server, office: Page):
    office.goto(f"{live_server.url}/admin/ledgers/")
    colours = []
    for _ in range(3):
        office.get_by_role("button", name="Toggle theme").click()
        colours.append(
            office.evaluate("getComputedStyle(document.body).backgroundColor")
        )

    assert set(colours) == {"rgb(17, 18, 16)", "rgb(245, 244, 240)"}
