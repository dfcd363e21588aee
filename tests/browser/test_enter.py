"""Enter: it adds what its own question found, and nothing else."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.models import Company, Product
from sales.models import SaleLine
from tests.browser.keys import enter_at_once
from tests.browser.network import intercept

SEARCH = "**/products/search/**"
ANSWERS = {
    "aborted": lambda route: route.abort(),
    "unavailable": lambda route: route.fulfill(status=503),
    "signed out": lambda route: route.fulfill(status=401),
    "another page": lambda route: route.fulfill(body="<html>Sign in</html>"),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_without_an_answer_nothing_is_added(till, answer):
    intercept(till.page, SEARCH, answer)
    till.type("tin")
    till.press("Enter")

    refusal = till.page.locator("[data-message=search]")
    expect(refusal).to_contain_text("Nothing was added for “tin”")
    expect(till.lines).to_have_count(0)


@pytest.mark.exhaustive
def test_a_second_enter_and_a_scan_before_the_answer(till, shop):
    waiting = []
    intercept(till.page, SEARCH, lambda route: waiting.append(route))
    till.type("tin of 040")
    with till.page.expect_request(SEARCH):
        till.press("Enter")
    till.press("Enter", "Enter")
    till.scan(shop.codes[0])
    expect(till.lines).to_have_count(1)
    for route in waiting:
        route.continue_()

    till.has_names(shop.names[0], shop.names[40])
    till.has_quantities("1", "1")
    till.press("Enter")
    till.has_quantities("1", "1")


def test_an_answer_after_leaving_adds_nothing(till, shop):
    waiting = []
    intercept(till.page, SEARCH, lambda route: waiting.append(route))
    till.type("tin")
    with till.page.expect_request(SEARCH):
        till.press("Enter")
    till.press("F4")
    expect(till.page.locator("[data-message=search]")).to_contain_text("too late")
    for route in waiting:
        route.continue_()
    till.press("Escape")
    till.scan(shop.codes[7])

    till.has_names(shop.names[7])


def test_nothing_found_goes_with_its_search_also_without_an_answer(till):
    page = till.page
    till.type("zzz")
    expect(page.locator(".empty", has_text="No product found")).to_be_visible()
    intercept(page, "**/products/**", lambda route: route.abort())

    till.press("Escape")
    expect(page.locator(".tile")).to_have_count(24)


def test_a_code_typed_is_matched_whole_and_leaves_the_tiles(till, shop):
    # Found by part of its name in a search, and by no code.
    Product.objects.filter(sku="105").update(name="100plus")
    searches = []
    till.page.on(
        "request",
        lambda request: "search" in request.url and searches.append(request.url),
    )
    for typed in ("100", "77"):
        enter_at_once(till.page, typed)
        unknown = till.page.locator(f"[data-message='unknown {typed}']")
        expect(unknown).to_have_count(1)
    till.page.wait_for_timeout(200)

    assert searches == []
    expect(till.page.locator(".tile")).to_have_count(24)
    expect(till.page.locator("[data-scan]")).to_have_value("")
    expect(till.lines).to_have_count(0)


@pytest.mark.exhaustive
def test_the_tile_of_a_label_is_sold_as_by_enter(till, shop):
    """What is typed says a price; the tile does not ask for the weight."""
    Company.objects.update(label_value="price")
    Product.objects.filter(name=shop.names[0]).update(unit="kg", sku="42")
    label = "2100042004993"
    till.type(label)
    till.page.locator(f'[data-tile][data-code="{label}"]').click()
    till.has_names(shop.names[0])
    till.type(label)
    till.press("Enter")

    till.has_names(shop.names[0], shop.names[0])
    till.is_settled()
    assert [line.total for line in SaleLine.objects.all()] == [Decimal("4.99")] * 2
