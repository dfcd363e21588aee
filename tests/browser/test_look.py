"""Look of every screen: readable and reachable in both themes and at both sizes."""

import os
from itertools import cycle, product

import pytest
from playwright.sync_api import expect

from pos.models import Category, Product
from tests.browser.keys import press, tap, type_text
from tests.browser.look import faults_of

SIZES = [(1366, 768), (1024, 768)]
THEMES = ["light", "dark"]
# Both sizes in both themes: each screen in all four in CI, in one of them here.
LOOKS = [*product(SIZES, THEMES)]


@pytest.fixture
def is_good():
    """Nobody is shut out, and everything can be touched, however it is looked at."""
    turns = cycle(LOOKS)

    def check(page) -> None:
        for (width, height), theme in LOOKS if os.environ.get("CI") else [next(turns)]:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert faults_of(page) == [], (width, theme)

    return check


def follow(page, name) -> None:
    """Click on a link, and wait for its page."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


@pytest.mark.exhaustive
def test_the_till_is_good_on_every_screen(till, shop, is_good):
    page = till.page
    is_good(page)

    till.scan(*shop.codes[:4])
    till.scan("8888402117733")
    till.is_settled()
    expect(page.get_by_role("alert").first).to_be_visible()
    is_good(page)

    till.press("F7")
    expect(page.get_by_role("dialog")).to_be_visible()
    is_good(page)
    till.press("Escape")

    till.press("F4")
    type_text(page, "9123", delay=30)
    expect(page.locator("[data-attach-customer]")).to_be_visible()
    is_good(page)
    till.press("Enter")
    expect(page.locator(".side-panel .customer-bar small")).to_be_visible()

    till.press("F6")
    till.press("Shift+F6")
    expect(page.get_by_role("button", name="Recall")).to_be_visible()
    is_good(page)
    page.get_by_role("button", name="Recall").click()
    till.is_at("sell")
    till.is_settled()

    till.press("F9")
    till.is_at("payment")
    is_good(page)
    till.press("n")
    is_good(page)
    type_text(page, "100", delay=60)
    till.press("Enter")
    expect(page.locator("[data-part-tender]")).to_be_visible()
    is_good(page)
    till.press("Enter")
    till.is_at("complete")
    is_good(page)


@pytest.mark.exhaustive
def test_a_till_in_chinese_is_good(till, shop, is_good):
    Product.objects.update(second_name="罐头")
    Category.objects.update(second_name="粮油酱料")
    till.page.get_by_role("button", name="简体中文").click()
    till.is_ready()
    tab = till.page.get_by_role("tab", name="粮油酱料 Pantry")
    expect(tab).to_have_attribute("aria-selected", "false")
    is_good(till.page)

    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    is_good(till.page)


@pytest.mark.exhaustive
def test_the_pages_beside_it_are_good(till, shop, live_server, is_good):
    till.page.add_init_script("window.print = () => {}")
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")

    page = till.page
    for path in ("/receipts/", "/receipts/?number=nobody", "/shifts/", "/till/choice/"):
        page.goto(live_server.url + path)
        is_good(page)

    page.goto(f"{live_server.url}/shifts/")
    for tab in ("Cash in and out", "No sale", "Close shift"):
        follow(page, tab)
        is_good(page)
    # A note of 100 and 1.05 in coins: the float, and what was sold.
    for pieces in ("1", "0", "0", "0", "0", "1", "0", "0", "0", "1"):
        type_text(page, pieces)
        press(page, "Enter")
    press(page, "F9")
    page.get_by_text("The drawer holds what was expected.").wait_for()
    is_good(page)
    press(page, "F9")
    page.get_by_role("heading", name="Z report 2-Z-000001").first.wait_for()
    is_good(page)
    page.goto(f"{live_server.url}/z-reports/")
    is_good(page)
    page.goto(till.url)
    page.get_by_role("heading", name="Open a shift at Till 2").wait_for()
    is_good(page)


@pytest.mark.exhaustive
def test_what_takes_off_the_price_is_good(till, shop, live_server, is_good):
    page = till.page
    till.scan(*shop.codes[:3])
    till.is_settled()
    till.press("F8")
    expect(page.locator("[data-ask-discount]")).to_be_visible()
    type_text(page, "10", delay=60)
    is_good(page)
    page.get_by_role("button", name="Regular customer").click()
    till.press("Enter")
    expect(page.locator(".entry .line-discount")).to_be_visible()
    is_good(page)

    till.press("F10")
    is_good(page)
    page.locator("[data-menu] [data-act=void]").click()
    expect(page.locator("[data-ask-void]")).to_be_visible()
    is_good(page)
    till.press("Escape")

    till.press("F9")
    till.is_at("payment")
    till.press("p")
    page.get_by_role("button", name="To be confirmed").click()
    is_good(page)
    till.press("Enter")
    till.is_at("complete")
    is_good(page)
    page.goto(f"{live_server.url}/receipts/?pending=1")
    page.locator(".tender-correction summary").click()
    is_good(page)


@pytest.mark.exhaustive
def test_goods_that_come_back_are_good(till, shop, live_server, is_good):
    page = till.page
    till.scan(*shop.codes[:3])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    page.goto(f"{live_server.url}/receipts/")
    is_good(page)

    page.get_by_role("link", name="Refund", exact=True).click()
    tap(page.get_by_label("Everything left"))
    page.get_by_role("group", name="Refund by").get_by_label("PayNow").check()
    expect(page.locator("#preview [type=submit]")).to_be_enabled()
    is_good(page)

    press(page, "Escape")
    page.get_by_role("link", name="Exchange").click()
    tap(page.get_by_label("Everything left"))
    page.get_by_role("group", name="Reason").get_by_label("Other", exact=True).check()
    page.get_by_label("Other reason").fill("Changed her mind")
    expect(page.locator("[data-exchange]")).to_be_enabled()
    is_good(page)

    page.locator("[data-exchange]").click()
    page.wait_for_url("**/till/")
    till.is_ready()
    till.scan(shop.codes[3])
    till.is_settled()
    expect(page.locator("[data-exchange-foot] output")).to_have_text("S$2.10")
    is_good(page)
    till.press("F9")
    till.is_at("payment")
    is_good(page)
    page.locator("[data-refund-method=paynow]").click()
    expect(page.get_by_role("textbox", name="Supervisor's password")).to_be_visible()
    is_good(page)
    page.locator("[data-refund-method]").first.click()
    expect(page.get_by_role("textbox", name="Supervisor's password")).to_have_count(0)
    till.press("Enter")
    till.is_at("complete")
    is_good(page)

    follow(page, "Show in receipts")
    is_good(page)
    page.goto(f"{live_server.url}/refunds/")
    is_good(page)
    page.locator(".tile").first.click()
    expect(page.locator("#preview [type=submit]")).to_be_enabled()
    is_good(page)


@pytest.mark.exhaustive
def test_the_count_is_good_when_every_row_has_a_number(till, live_server, is_good):
    page = till.page
    page.goto(f"{live_server.url}/shifts/")
    page.get_by_role("link", name="Close shift").click()
    page.get_by_role("heading", level=1, name="Close the shift").wait_for()
    for _ in range(10):
        press(page, "Enter")
    expect(page.get_by_role("button", name="Compare")).to_be_visible()

    is_good(page)


def test_signing_in_is_good(page, live_server, fail_on_page_errors, is_good):
    fail_on_page_errors(page).goto(f"{live_server.url}/sign-in/")

    is_good(page)


def test_nothing_moves_after_the_first_paint(till):
    till.page.reload()
    till.is_ready()

    shift = till.page.evaluate(
        "() => new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
        "for (const entry of list.getEntries()) sum += entry.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 200) })"
    )
    assert shift < 0.01


def test_the_theme_that_was_chosen_stays(till):
    page = till.page
    page.get_by_role("button", name="Theme").click()
    chosen = page.locator("html").get_attribute("data-theme")

    page.reload()

    assert page.locator("html").get_attribute("data-theme") == chosen
    assert chosen in THEMES
