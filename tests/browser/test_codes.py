"""Codes: what a scanner sends is a code from its first key on, on every page."""

import pytest
from playwright.sync_api import expect

from pos.models import Product
from sales.models import Sale
from tests.browser.keys import scan, type_text

KEYPAD = {str(digit): f"Numpad{digit}" for digit in range(10)}
# The keys of NB-A5-RED on a French keyboard.
FRENCH = {"Q": "KeyA", ")": "Minus"}


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("end", "layout"),
    [(("Enter",), {}), (("Tab",), KEYPAD), (("Enter", "Enter"), {}), ((), KEYPAD)],
    ids=["enter", "tab", "twice", "without an end"],
)
def test_a_short_code_is_no_payment(till, shop, end, layout):
    till.scan(shop.codes[0])  # 1.05
    till.press("F9")
    till.is_at("payment")

    # The pane is shown again with the answer.
    with till.page.expect_response("**/payment/**"):
        scan(till.page, "10025", end=end, layout=layout)

    expect(till.page.locator("[data-message^=unknown]")).to_contain_text("10025")
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$1.05")
    till.is_at("payment")
    assert not Sale.objects.finalized().exists()
    # A person's keys are an amount all the same.
    till.type("500")
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$5.00")


def test_a_short_code_is_no_quantity(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F7")
    scan(till.page, "102", end=())

    till.has_names(*shop.names[:2])
    expect(till.page.get_by_role("dialog").get_by_role("textbox")).to_have_value("1")


def test_the_first_key_of_a_code_does_nothing_by_itself(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    unknown = till.page.locator("[data-message^=unknown]")
    for code in ("+A123BJC5D6E71", "-A123BJC5D", "*ST4R99*"):
        till.scan(code)
        expect(unknown.filter(has_text=code)).to_have_count(1)
    till.has_quantities("1")
    expect(till.page.get_by_role("dialog")).to_have_count(0)

    till.press("+")
    till.has_quantities("2")
    till.press("-")
    till.has_quantities("1")


def test_a_code_is_found_by_the_keys_of_the_scanner(till, shop):
    Product.objects.filter(sku="103").update(sku="NB-A5-RED")
    with till.page.expect_response("**/products/index/"):
        till.page.reload()
    till.is_ready()

    scan(till.page, "NB)Q5)RED", layout=FRENCH)

    till.has_names(shop.names[2])


def test_keys_keep_their_order_and_a_person_feels_nothing(till):
    field = till.page.locator("[data-scan]")
    type_text(till.page, "Kaya -+* 7", delay=60)
    till.press("Backspace")
    type_text(till.page, "8", delay=60)
    expect(field).to_have_value("Kaya -+* 8")


def test_a_page_without_codes_leaves_its_fields_as_they_were(till, live_server):
    page = till.page
    page.goto(f"{live_server.url}/shifts/")
    page.get_by_role("link", name="Cash in and out").click()
    amount = page.locator("[data-amount]")
    amount.focus()
    type_text(page, "500")
    for end in (("Enter",), ()):
        scan(page, "8888123450122", end=end)
        expect(page.get_by_role("alert")).to_contain_text("Nothing was typed")
        expect(page.get_by_role("alert")).to_contain_text("8888123450122")
        expect(amount).to_have_value("5.00")
        page.get_by_role("button", name="Dismiss").click()
