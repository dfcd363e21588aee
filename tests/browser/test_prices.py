"""Prices: the price of a line is changed by hand, and said to who may not."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from sales.models import Sale
from tests.browser.keys import type_text
from tests.support.factories import grant


@pytest.fixture
def may_change(cashier):
    grant(cashier.role, ["sales.override_price"])


def test_a_price_is_changed_by_keyboard_and_paid(may_change, till, shop):
    till.scan(shop.codes[79], shop.codes[99])  # 5.00 and 6.00
    till.is_settled()
    till.press("Shift+F7")
    panel = till.page.locator("[data-ask-discount]")
    expect(panel.get_by_role("heading")).to_have_text(f"Price of {shop.names[99]}")
    expect(panel.get_by_role("button", name="50%")).to_be_hidden()
    expect(panel.locator("[data-off-field] input")).to_have_value("6.00")
    type_text(till.page, "250", delay=120)
    expect(panel.locator("[data-give]")).to_have_text("Sell at S$2.50")
    panel.get_by_role("button", name="Damaged").click()
    till.press("Enter")

    expect(panel).to_be_hidden()
    detail = till.page.locator(".entry .line-discount")
    expect(detail).to_have_text("6.00 2.50 · Damaged")
    expect(detail.locator("s")).to_have_text("6.00")
    expect(till.total).to_have_text("S$7.50")
    till.scan(shop.codes[99])
    till.has_quantities("1", "1", "1")
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    expect(till.page.locator(".paper")).not_to_contain_text("Damaged")
    assert Sale.objects.get().total == Decimal("13.500")


def test_it_is_the_catalogues_again(may_change, till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    till.page.get_by_role("button", name="Price", exact=True).click()
    panel = till.page.locator("[data-ask-discount]")
    catalogue = panel.get_by_role("button", name="Catalogue price")
    expect(catalogue).to_be_hidden()
    for digit in "450":
        panel.locator(f'[data-key="{digit}"]').click()
    panel.get_by_role("button", name="Price match").click()
    till.press("Enter")
    expect(till.total).to_have_text("S$4.50")

    till.press("Shift+F7")
    expect(panel.locator("[data-reason-text]")).to_have_value("Price match")
    catalogue.click()

    expect(till.total).to_have_text("S$5.00")
    expect(till.page.locator(".entry .line-discount")).to_have_count(0)


def test_who_may_not_reads_why(till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    till.press("Shift+F7")
    panel = till.page.locator("[data-ask-discount]")

    expect(panel).to_contain_text("Your role may not change prices. Ask a supervisor.")
    expect(panel.locator("[data-give]")).to_be_hidden()
    till.press("Escape")
    expect(panel).to_be_hidden()
    expect(till.page.locator("[data-scan]")).to_be_focused()

    till.press("F8")
    expect(panel.locator("[data-give]")).to_be_visible()
    expect(panel.get_by_text("Your role may not")).to_be_hidden()
