"""Mistakes at the till: reported in words, kept for correction, undone."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.models import Category, Product
from sales.models import Sale
from tests.browser.keys import type_text
from tests.browser.network import intercept
from tests.support.factories import CategoryFactory


@pytest.mark.exhaustive
def test_a_mistyped_amount_is_refused_before_it_is_sent(till, shop):
    till.scan(shop.codes[0])  # 1.05
    till.press("F9")
    till.is_at("payment")
    take = till.page.locator("[data-act=take]")

    type_text(till.page, "100105", delay=120)
    expect(take).to_be_disabled()
    expect(take).to_contain_text("Type again what was received")
    hint = till.page.locator("[data-text=change-hint]")
    expect(hint).to_have_text("Change of S$1,000.00 or more is not given")
    till.press("Enter")
    till.is_at("payment")

    till.press("Backspace", "Enter")
    till.is_at("complete")
    assert Sale.objects.get().tenders.get().change == Decimal("99.05")


@pytest.mark.exhaustive
@pytest.mark.parametrize("typed", ["1.5", "-2", "99999999999", "x", ""])
def test_a_quantity_that_cannot_be_meant_is_said_and_kept(till, shop, typed):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F7")
    dialog = till.page.get_by_role("dialog")
    if not typed:
        till.press("Delete")
    type_text(till.page, typed, delay=60)
    till.press("Enter")

    expect(dialog.get_by_role("alert")).to_contain_text("Type a whole number")
    expect(dialog.get_by_role("textbox")).to_have_value(typed)
    till.press("Control+a")
    type_text(till.page, "12", delay=60)
    expect(dialog.get_by_role("alert")).to_have_count(0)
    till.press("Enter")
    till.has_quantities("12")


@pytest.mark.exhaustive
def test_a_weight_that_cannot_be_meant_is_said_and_kept(till, shop):
    Product.objects.filter(sku="101").update(unit="kg")
    till.page.reload()
    till.is_ready()
    till.page.locator(".tile", has_text=shop.names[0]).click()
    dialog = till.page.get_by_role("dialog")
    for typed in ("", "abc", "1.2345", "0"):
        dialog.get_by_role("textbox").fill("")
        type_text(till.page, typed, delay=60)
        till.press("Enter")
        said = "with at most three digits after the point"
        expect(dialog.get_by_role("alert")).to_contain_text(said)
        expect(dialog.get_by_role("textbox")).to_have_value(typed)

    dialog.get_by_role("textbox").fill("")
    dialog.get_by_role("button", name="1", exact=True).click()
    dialog.get_by_role("button", name=".", exact=True).click()
    type_text(till.page, "234", delay=60)
    expect(dialog.get_by_role("textbox")).to_have_value("1.234")
    till.press("Enter")
    till.has_names(shop.names[0])
    assert Sale.objects.get().lines.get().quantity == Decimal("1.234")


def test_a_code_longer_than_any_is_refused_in_words(till):
    till.scan("https://seng.example/menu?table=7&" + "x" * 60)

    refusal = till.page.locator("[data-message=refused]")
    expect(refusal).to_contain_text("This barcode is too long: https://seng.example…")


def test_messages_are_shown_one_at_a_time_with_the_number_of_the_rest(till, shop):
    messages = till.page.locator(".side-panel .message")
    shown = till.page.locator(".side-panel .message:visible")
    basket = till.page.locator("[data-basket]")
    place = basket.bounding_box()
    till.scan("8888402117733", "8888402117740")
    expect(messages).to_have_count(2)

    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("8 888 402 117 740")
    assert basket.bounding_box() == place
    till.page.get_by_role("button", name="1 more message").click()
    expect(shown).to_contain_text("8 888 402 117 733")
    shown.get_by_role("button", name="Dismiss").click()
    expect(shown).to_contain_text("8 888 402 117 740")
    expect(shown.locator("[data-others]")).to_be_hidden()


def test_what_was_said_goes_with_escape_and_with_the_sale(till, shop):
    messages = till.page.locator(".side-panel .message")
    till.scan("8888402117733")
    expect(messages).to_have_count(1)
    till.press("Escape")
    expect(messages).to_have_count(0)

    till.scan(shop.codes[0], "4711471147")
    expect(messages).to_have_count(1)
    till.press("F6")
    expect(messages).to_have_text(["Sale parked"])


@pytest.mark.exhaustive
def test_nothing_moves_for_the_last_sale_and_it_has_no_change_of_nothing(till, shop):
    basket = till.page.locator("[data-basket]")
    place = basket.bounding_box()
    last = till.page.locator(".last-change")
    for received, said in (("", "Last sale 2-S-000001"), ("500", "Change S$3.95")):
        till.scan(shop.codes[0])  # 1.05
        till.press("F9")
        till.is_at("payment")
        till.type(received)
        till.press("Enter")
        till.is_at("complete")
        till.press("Enter")

        expect(last).to_contain_text(said)
        expect(last).not_to_contain_text("0.00")
        assert basket.bounding_box() == place


def test_what_was_said_goes_when_a_parked_sale_is_recalled(till, shop):
    till.scan(shop.codes[0])
    till.press("F6")
    till.scan("8888402117733")
    messages = till.page.locator(".side-panel .message")
    expect(messages.first).to_contain_text("Barcode not found")
    till.press("Shift+F6")
    till.page.get_by_role("button", name="Recall").click()

    till.has_names(shop.names[0])
    expect(messages).to_have_count(0)


def test_a_stock_warning_goes_when_the_quantity_does(till, shop):
    product = Product.objects.get(sku="101")
    Product.objects.filter(pk=product.pk).update(is_tracked=True, when_out="warn")
    type_text(till.page, "9*", delay=120)
    till.scan(shop.codes[0])
    messages = till.page.locator(".side-panel .message")
    expect(messages).to_contain_text("Stock records show only 0 left")

    till.press("-")

    till.is_settled()
    expect(messages).to_have_count(0)


@pytest.mark.exhaustive
def test_f2_selects_what_is_left_of_a_search(till, shop):
    type_text(till.page, "tin of 04", delay=90)
    favourites = till.page.get_by_role("tab", name="Favourites")
    expect(favourites).to_have_attribute("aria-selected", "false")
    till.press("F2")
    type_text(till.page, "tin of 051", delay=90)

    expect(till.page.locator("[data-scan]")).to_have_value("tin of 051")
    expect(till.page.locator(".tile")).to_have_count(1)
    till.press("Escape")
    expect(favourites).to_have_attribute("aria-selected", "true")
    expect(till.page.locator(".tile")).to_have_count(24)


def test_ctrl_z_undoes_a_removal_but_not_while_a_text_is_edited(till, shop):
    till.scan(*shop.codes[:2])
    till.is_settled()
    till.press("Delete")
    expect(till.lines).to_have_count(1)
    type_text(till.page, "ti", delay=90)
    till.press("Control+z")
    expect(till.lines).to_have_count(1)

    # The browser's own undo may have emptied the field. Playwright's ``fill`` clears it
    # by Delete, and Delete in an empty field removes a line.
    till.press("Backspace", "Backspace")
    expect(till.page.locator("[data-scan]")).to_have_value("")
    till.press("Control+z")

    expect(till.lines).to_have_count(2)
    till.has_names(*shop.names[:2])


@pytest.mark.parametrize(
    "typed", ["lim wei", pytest.param("91234567", marks=pytest.mark.exhaustive)]
)
def test_enter_before_the_matches_have_come_is_not_lost(till, shop, typed):
    searches = []
    intercept(till.page, "**/customers/find/*", lambda route: searches.append(route))
    till.scan(shop.codes[0])
    till.press("F4")
    with till.page.expect_request(lambda request: request.url.endswith(typed[-3:])):
        type_text(till.page, typed, delay=60)
    till.press("Enter")
    till.page.wait_for_timeout(200)
    searches[-1].continue_()

    expect(till.page.locator(".side-panel .customer-bar b")).to_have_text("Lim Wei Jie")
    till.is_at("sell")


@pytest.mark.exhaustive
def test_a_till_in_chinese_says_the_second_names(till, shop):
    Product.objects.filter(sku="101").update(second_name="罐头一")
    CategoryFactory(company=shop.till.company, name="Bakery", second_name="面包糕点")
    Category.objects.filter(name="Pantry").update(position=1)
    till.page.get_by_role("button", name="简体中文").click()
    till.is_ready()
    expect(till.page.locator("html")).to_have_attribute("lang", "zh-hans")

    tabs = till.page.get_by_role("tab")
    expect(tabs).to_have_text(["常用", "面包糕点Bakery", "Pantry"])
    tiles = till.page.locator(".tile .tile-name")
    expect(tiles.nth(0)).to_have_text(f"罐头一{shop.names[0]}")
    expect(tiles.nth(1)).to_have_text(shop.names[1])
    till.scan(shop.codes[0])
    till.has_names("罐头一")
    for words in ("罐头", "tin of 000"):
        till.page.locator("[data-scan]").fill(words)
        expect(tiles).to_have_text([f"罐头一{shop.names[0]}"])
