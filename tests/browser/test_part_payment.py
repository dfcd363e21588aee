"""Part payment: money already taken stays with its basket, and visible."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from sales.models import Sale


@pytest.fixture
def held(till, shop):
    """Two lines, 10.15 in all, of which 5.00 in cash was taken; back to selling."""
    till.scan(shop.codes[80], shop.codes[81])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.page.keyboard.type("500", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)
    till.press("Escape")
    till.is_at("sell")
    return till


def test_the_sell_screen_says_what_was_taken_and_what_is_left(held, shop):
    row = held.page.locator("[data-part-payment]")
    charge = held.page.locator(".basket .button-wide")
    expect(row).to_have_text("Taken so far S$5.00Left to pay S$5.15")
    expect(charge).to_contain_text("S$5.15")

    held.scan(shop.codes[0])
    expect(row).to_contain_text("Left to pay S$6.20")
    held.page.reload()
    held.is_ready()
    expect(row).to_contain_text("Left to pay S$6.20")
    # Nothing on this screen takes cash for all of it.
    expect(held.page.locator(".quick-cash")).to_be_hidden()

    held.press("F9")
    held.page.get_by_role("button", name="Take back").click()
    expect(held.page.locator("[data-part-tender]")).to_have_count(0)
    held.press("Escape")
    expect(row).to_have_count(0)
    expect(charge).to_contain_text("S$11.20")
    expect(held.page.locator(".quick-cash")).to_be_visible()


def test_what_was_taken_counts_when_the_rest_is_paid(held):
    held.press("F9")
    held.is_at("payment")
    held.press("Enter")

    held.is_at("complete")
    tenders = Sale.objects.get().tenders.all()
    assert [tender.tendered for tender in tenders] == [5, Decimal("5.15")]
    held.press("Enter")
    expect(held.page.locator("[data-part-payment]")).to_have_count(0)


@pytest.mark.parametrize(
    "keys", [["F6"], ["Delete"], ["-"], ["F8"], ["Shift+F8"]], ids=lambda keys: keys[0]
)
def test_a_basket_paid_in_part_is_neither_set_aside_nor_made_smaller(held, keys):
    held.press(*keys)

    refusal = held.page.locator("[data-message=payment]")
    expect(refusal).to_contain_text("Money was taken already")
    expect(refusal).to_contain_text("take it off on the payment screen")
    expect(held.lines).to_have_count(2)
    expect(held.page.locator("dialog[open]")).to_have_count(0)
    held.is_settled()
    assert Sale.objects.get().status == "open"
    assert held.total.inner_text() == "S$10.15"


@pytest.mark.parametrize("name", ["Clear", "Void the sale"])
def test_a_basket_paid_in_part_is_not_given_up(held, name):
    held.press("F10")
    held.page.get_by_role("button", name=name).click()

    refusal = held.page.locator("[data-message=payment]")
    expect(refusal).to_contain_text("Money was taken already")
    expect(held.lines).to_have_count(2)


def test_fewer_of_what_is_paid_in_part_is_refused_and_more_is_not(held):
    held.press("F7")
    held.page.keyboard.type("3", delay=120)
    held.press("Enter")
    held.has_quantities("1", "3")

    held.press("F7")
    held.page.keyboard.type("2", delay=120)
    held.press("Enter")

    expect(held.page.locator("[data-message=payment]")).to_contain_text("already")
    held.has_quantities("1", "3")


def test_another_basket_is_not_recalled_over_one_paid_in_part(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F6")
    till.scan(shop.codes[1])
    till.press("F9")
    till.is_at("payment")
    till.page.keyboard.type("50", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)

    till.press("Shift+F6")
    till.page.get_by_role("button", name="Recall").click()

    expect(till.page.locator("[data-message=payment]")).to_contain_text("already")
    till.has_names(shop.names[1])
    assert Sale.objects.parked().count() == 1
