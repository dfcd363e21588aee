"""Long amounts: millions, with cents and without, have room on every screen."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from pos.models import Category, Company, Product
from tests.browser.keys import press, type_text
from tests.browser.look import find_overflow
from tests.support.factories import grant

SIZES = [(1366, 768), (1024, 768)]
# Currency, sign, places of its minor unit, and the price of the dearest product.
CURRENCIES = {
    "cents": ("SGD", "S$", 2, Decimal("9999999.99")),
    "no-cents": ("VND", "₫", 0, Decimal(9_999_999)),
}


@pytest.fixture
def has_room() -> Callable[[Page], None]:
    """Nothing lies over anything else, comes out of its box or is cut off."""

    def check(page: Page) -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert find_overflow(page) == [], width

    return check


@pytest.fixture
def dear(till, shop, cashier):
    """The till of a shop that sells for millions; returns what is typed for one."""
    grant(cashier.role, ["sales.view_expected", "sales.approve_variance"])

    def dear(currency: str) -> str:
        code, sign, places, price = CURRENCIES[currency]
        Company.objects.update(
            currency=code, currency_symbol=sign, currency_places=places
        )
        Product.objects.update(price=1_000)
        Product.objects.filter(name=shop.names[0]).update(price=price)
        till.open()
        return str(price).replace(".", "")

    return dear


@pytest.mark.exhaustive
def test_millions_have_room_where_they_are_paid(till, shop, dear, has_room):
    typed = dear("cents")
    till.scan(shop.codes[0])
    till.is_settled()
    has_room(till.page)

    till.press("F9")
    till.is_at("payment")
    has_room(till.page)
    type_text(till.page, typed[:-1], delay=60)
    has_room(till.page)


@pytest.mark.exhaustive
@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("language", ["English", "简体中文"])
def test_millions_have_room_on_every_screen(
    till, shop, live_server, dear, has_room, currency, language
):
    page = till.page
    page.add_init_script("window.print = () => {}")
    if language != "English":
        Product.objects.update(second_name="罐头")
        Category.objects.update(second_name="粮油酱料")
        page.get_by_role("button", name=language).click()
    typed = dear(currency)

    sell(till, shop, has_room)
    pay(till, typed, has_room)
    page.goto(f"{live_server.url}/receipts/")
    has_room(page)
    refund(till, shop, live_server, has_room)
    for path in ("/refunds/", "/customers/", "/shifts/"):
        page.goto(live_server.url + path)
        has_room(page)
    move_cash(page, typed, has_room)
    close(page, typed, has_room)
    page.goto(till.url)
    has_room(page)


def sell(till, shop, has_room) -> None:
    """With a dialog, a customer, and a parked sale."""
    till.scan(*shop.codes[:3], "8888402117733")
    till.is_settled()
    expect(till.page.get_by_role("alert").first).to_be_visible()
    has_room(till.page)
    for key in ("F7", "F8"):
        till.press(key)
        expect(till.page.get_by_role("dialog")).to_be_visible()
        has_room(till.page)
        till.press("Escape")
        expect(till.page.get_by_role("dialog")).to_have_count(0)
    till.press("F4")
    type_text(till.page, "9123", delay=60)
    expect(till.page.locator("[data-attach-customer]")).to_be_visible()
    has_room(till.page)
    till.press("Enter")
    expect(till.page.locator(".side-panel .customer-bar small")).to_be_visible()
    till.press("F6", "Shift+F6")
    recall = till.page.locator(".parked-sale .button").first
    expect(recall).to_be_visible()
    has_room(till.page)
    recall.click()
    till.is_at("sell")
    till.is_settled()


def pay(till, typed: str, has_room) -> None:
    """Part of it by card, and the rest."""
    till.press("F9")
    till.is_at("payment")
    for letter in "npc":
        till.press(letter)
        has_room(till.page)
    type_text(till.page, typed, delay=60)
    has_room(till.page)
    till.press("n")
    # As much as may be typed.
    for _ in range(len(typed)):
        till.press("Backspace")
    type_text(till.page, typed[:-2], delay=60)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_be_visible()
    has_room(till.page)
    till.press("Escape")
    till.is_at("sell")
    has_room(till.page)
    till.press("F9")
    till.is_at("payment")
    till.press("n", "Enter")
    till.is_at("complete")
    has_room(till.page)


def refund(till, shop, live_server, has_room) -> None:
    """An exchange for something cheaper, and for something dearer."""
    page = till.page
    page.locator("a[href*='exchange=1']").click()
    page.locator(".tick-target").first.click()
    expect(page.locator("[data-exchange]")).to_be_enabled()
    has_room(page)
    page.locator("[data-exchange]").click()
    page.wait_for_url("**/till/")
    till.is_ready()
    till.scan(shop.codes[5])
    till.is_settled()
    expect(page.locator("[data-exchange-foot] output")).to_be_visible()
    has_room(page)
    till.press("F9")
    till.is_at("payment")
    has_room(page)
    till.press("Escape")
    till.scan(shop.codes[0], shop.codes[0])
    till.is_settled()
    expect(page.locator("[data-exchange-foot] .quick-cash")).to_be_visible()
    has_room(page)
    till.press("F9")
    till.is_at("payment")
    has_room(page)
    till.press("n", "Enter")
    till.is_at("complete")
    has_room(page)


def move_cash(page: Page, typed: str, has_room) -> None:
    page.locator("a[href$='/movements/']").click()
    page.locator("[data-move] [data-amount]").focus()
    type_text(page, typed)
    has_room(page)


def close(page: Page, typed: str, has_room) -> None:
    """What is counted is far too little."""
    page.locator("a[href$='/count/']").click()
    page.wait_for_url("**/count/")
    if rows := page.locator("[data-face]").count():
        type_text(page, "99999")
        has_room(page)
        page.locator("[data-face]").first.fill("")
        page.locator("[data-face]").first.focus()
        for _ in range(rows):
            type_text(page, "7")
            press(page, "Enter")
    else:
        type_text(page, typed)
        has_room(page)
        page.locator("[data-amount]").fill("7")
    has_room(page)
    press(page, "F9")
    page.locator("[data-reason]").first.wait_for()
    has_room(page)
    page.locator("[data-reason]").first.click()
    press(page, "F9")
    page.locator(".report-sheet").wait_for()
    has_room(page)
