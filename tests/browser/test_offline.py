"""Offline: the till shows what is likely, and is not left for an error page."""

import pytest
from playwright.sync_api import expect

from sales.models import Sale


@pytest.fixture
def lost(till, shop, context):
    """2.15 in the basket, of which the server knows 1.05."""
    till.scan(shop.codes[0])
    till.is_settled()
    context.set_offline(True)
    till.scan(shop.codes[1])
    expect(till.page.locator("[data-connection]").first).to_have_text("Offline")
    return till


@pytest.mark.exhaustive
def test_charge_shows_the_estimate_and_quick_cash_nothing(lost, shop, context):
    page = lost.page
    charge = page.locator(".basket .button-wide")
    place = charge.bounding_box()
    expect(lost.total).to_have_text("S$2.15")
    expect(charge).to_contain_text("S$2.15")
    mark = (
        "getComputedStyle(document.querySelector('.button-wide b'), '::before').content"
    )
    assert "≈" in page.evaluate(mark)
    expect(page.locator(".quick-cash")).to_be_hidden()
    lost.press("Delete")
    expect(charge).to_contain_text("S$1.05")
    lost.scan(shop.codes[2])
    expect(charge).to_contain_text("S$2.20")

    context.set_offline(False)
    lost.is_settled()
    expect(charge).to_contain_text("S$2.20")
    assert "≈" not in page.evaluate(mark)
    expect(page.locator(".quick-cash .button").first).to_contain_text("S$2.20")
    assert charge.bounding_box() == place


@pytest.mark.exhaustive
def test_the_payment_shows_the_estimate_and_takes_nothing_on_it(till, shop, context):
    page = till.page
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    context.set_offline(True)
    till.scan(shop.codes[1])
    expect(page.locator("[data-pane=payment] [data-connection]")).to_have_text(
        "Offline"
    )
    due = page.locator("[data-text=due]")
    expect(due).to_have_text("S$2.15")
    expect(page.locator("[data-pane=payment] .not-final")).to_be_visible()
    expect(page.locator(".cash-notes")).to_be_hidden()
    till.press("Enter")
    refused = page.locator("[data-message=refused]")
    expect(refused).to_contain_text("The total is not final yet")

    context.set_offline(False)
    till.is_settled()
    expect(page.locator("[data-pane=payment] .not-final")).to_be_hidden()
    expect(due).to_have_text("S$2.15")
    assert not Sale.objects.finalized().exists()
    expect(page.locator("[data-paying][data-revision='2']")).to_be_visible()
    till.press("Enter")
    till.is_at("complete")
    assert str(Sale.objects.finalized().get().total) == "2.150"


@pytest.mark.exhaustive
def test_no_link_leaves_the_till_while_there_is_no_connection(lost, shop, context):
    page = lost.page
    said = page.locator("[data-message=leave]")
    for leaving in (
        page.get_by_role("link", name="Receipts"),
        page.get_by_role("button", name="Sign out"),
        page.get_by_role("button", name="简体中文"),
    ):
        leaving.click()
        expect(said).to_contain_text("There is no connection")
        said.get_by_role("button", name="Dismiss").click()
    page.get_by_role("link", name="Shift").press("Enter")
    expect(said).to_be_visible()
    lost.scan("2-S-000001")
    expect(lost.lines).to_have_count(2)
    assert page.url == lost.url
    # Another window is another thing.
    with context.expect_page() as opened:
        page.get_by_role("link", name="Receipts").click(modifiers=["Control"])
    opened.value.close()

    context.set_offline(False)
    lost.is_settled()
    expect(page.locator("[data-connection]").first).to_have_text("Online")
    page.get_by_role("link", name="Receipts").click()
    page.wait_for_url("**/receipts/")
    assert Sale.objects.open().get().line_count == 2
