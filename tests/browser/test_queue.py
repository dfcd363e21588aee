"""Queue of operations: no scan is lost, doubled or out of order on a bad network."""

from decimal import Decimal

import pytest
from playwright.sync_api import Route, expect

from sales.checkout.finalize import finalize_sale
from sales.models import Sale, SaleOperation
from sales.shifts.close import close_shift
from tests.browser.keys import scan, type_text
from tests.browser.network import intercept
from tests.support.tenders import card

OPERATIONS = "**/operations/"
FINALIZATION = "**/finalization/"


class LossyConnection:
    """Loses every n-th answer, after the server has acted on the request."""

    def __init__(self, till, address: str, *, every: int = 1) -> None:
        self.every = every
        self.is_mended = False
        self.count = 0
        intercept(till.page, address, self._handle)

    def _handle(self, route: Route) -> None:
        self.count += 1
        if self.is_mended or self.count % self.every:
            route.continue_()
        else:
            route.fetch()
            route.abort()


@pytest.mark.exhaustive
def test_a_hundred_scans_at_ten_a_second_with_a_tenth_of_the_answers_lost(till, shop):
    LossyConnection(till, OPERATIONS, every=10)

    till.scan(*shop.codes, pause=100)

    expect(till.lines).to_have_count(100)
    till.has_names(*shop.names)
    lines = Sale.objects.get().lines.order_by("position")
    assert [line.name for line in lines] == shop.names
    assert {line.quantity for line in lines} == {1}
    assert SaleOperation.objects.count() == 100


@pytest.mark.exhaustive
def test_the_same_product_over_and_over_is_counted_exactly(till, shop):
    LossyConnection(till, OPERATIONS, every=3)

    till.scan(*[shop.codes[i % 3] for i in range(60)], pause=30)

    till.has_quantities("20", "20", "20")
    assert SaleOperation.objects.count() == 60


@pytest.mark.exhaustive
def test_a_reload_in_the_middle_keeps_what_was_scanned(till, shop):
    till.scan(*shop.codes[:5])
    till.is_settled()
    intercept(till.page, OPERATIONS, lambda route: route.abort())
    till.scan(*shop.codes[5:10])
    expect(till.lines).to_have_count(10)
    till.page.unroute(OPERATIONS)

    till.page.reload()
    till.is_ready()

    till.has_names(*shop.names[:10])
    assert [line.name for line in Sale.objects.get().lines.all()] == shop.names[:10]


@pytest.mark.exhaustive
def test_a_page_drawn_before_the_last_answer_to_the_old_one_catches_up(till, shop):
    page, drawn = till.page, []
    till.scan(shop.codes[0])
    till.is_settled()
    is_down = True
    intercept(
        page, OPERATIONS, lambda route: route.abort() if is_down else route.continue_()
    )
    till.scan(shop.codes[1])
    expect(till.lines).to_have_count(2)
    intercept(
        page, "**/till/", lambda route: drawn.append((route, route.fetch())), times=1
    )

    page.evaluate("setTimeout(() => location.reload())")
    while not drawn:
        page.wait_for_timeout(50)
    is_down = False
    while SaleOperation.objects.count() < 2:
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)  # the old page hears that it was applied
    [(route, response)] = drawn
    route.fulfill(response=response)

    till.has_names(*shop.names[:2])
    assert [line.name for line in Sale.objects.get().lines.all()] == shop.names[:2]


def test_a_reload_before_the_first_answer_keeps_the_sale(till, shop):
    intercept(till.page, OPERATIONS, lambda route: route.abort())
    till.scan(shop.codes[0])
    expect(till.lines).to_have_count(1)
    till.page.unroute(OPERATIONS)

    till.page.reload()
    till.is_ready()

    till.has_names(shop.names[0])


@pytest.mark.exhaustive
def test_offline_is_shown_and_scanning_continues(till, shop, context):
    context.set_offline(True)
    till.scan(shop.codes[0])
    expect(till.page.get_by_text("No connection since")).to_be_visible(timeout=8000)
    expect(till.page.locator("[data-connection]").first).to_have_text("Offline")
    till.scan(shop.codes[1])
    expect(till.lines).to_have_count(2)

    context.set_offline(False)

    till.is_settled()
    expect(till.page.get_by_text("Connected again")).to_be_visible()
    till.has_names(*shop.names[:2])


def test_a_lost_answer_to_a_payment_pays_once(till, shop):
    connection = LossyConnection(till, FINALIZATION)
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.page.wait_for_timeout(1500)
    till.is_at("payment")
    connection.is_mended = True

    till.is_at("complete")
    assert Sale.objects.finalized().count() == 1


@pytest.mark.exhaustive
def test_a_reload_while_paying_still_shows_the_change(till, shop):
    connection = LossyConnection(till, FINALIZATION)
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "500", delay=120)
    till.press("Enter")
    till.page.wait_for_timeout(800)
    connection.is_mended = True

    till.page.reload()

    till.is_at("complete")
    expect(till.page.locator(".change output")).to_have_text("S$3.95")
    assert Sale.objects.finalized().count() == 1


@pytest.mark.exhaustive
def test_a_page_drawn_before_the_payment_was_answered_shows_the_change(till, shop):
    page, drawn = till.page, []
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.type("500")
    is_down = True
    intercept(
        page,
        FINALIZATION,
        lambda route: route.abort() if is_down else route.continue_(),
    )
    intercept(
        page, "**/till/", lambda route: drawn.append((route, route.fetch())), times=1
    )
    till.press("Enter")

    page.evaluate("setTimeout(() => location.reload())")
    while not drawn:
        page.wait_for_timeout(50)
    is_down = False
    while not Sale.objects.finalized().exists():
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)  # the old page hears that it is paid
    [(route, response)] = drawn
    with page.expect_event("load"):
        route.fulfill(response=response)
    till.is_ready()

    till.is_at("complete")
    expect(page.locator(".change output")).to_have_text("S$3.95")
    assert Sale.objects.get().status == "finalized"


@pytest.mark.exhaustive
def test_what_is_scanned_while_paying_is_for_the_next_sale(till, shop):
    connection = LossyConnection(till, FINALIZATION)
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.page.wait_for_timeout(300)
    till.scan(shop.codes[1])
    waiting = till.page.get_by_text("1 item waits for the next sale")
    expect(waiting).to_be_visible()
    expect(till.lines).to_have_count(1)
    connection.is_mended = True

    till.is_at("sell")
    expect(waiting).to_have_count(0)
    till.has_names(shop.names[1])
    finished, started = Sale.objects.order_by("pk")
    assert (finished.status, finished.line_count) == ("finalized", 1)
    assert started.lines.get().name == shop.names[1]


@pytest.mark.exhaustive
def test_signing_in_again_sends_what_waits(till, shop, context, cashier, live_server):
    cookies = context.cookies()
    till.scan(shop.codes[0])
    till.is_settled()
    context.clear_cookies(name="sessionid")
    till.scan(shop.codes[1])
    expect(till.page.get_by_text("You are signed out")).to_be_visible()

    context.add_cookies([c for c in cookies if c["name"] == "sessionid"])
    till.page.evaluate("window.dispatchEvent(new Event('focus'))")

    till.has_names(*shop.names[:2])


@pytest.mark.exhaustive
def test_a_shift_closed_elsewhere_is_opened_again_and_the_scan_kept(
    till, shop, shift, cashier
):
    close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=cashier)

    till.scan(shop.codes[0])
    till.page.get_by_role("button", name="Open shift").click()
    till.page.get_by_role("heading", name="Open a shift at Till 2").wait_for()
    expect(till.page.get_by_role("textbox").first).to_be_focused()
    till.press("1", "F9")
    till.is_ready()

    till.has_names(shop.names[0])
    assert Sale.objects.get().till == shop.till


def test_a_sale_finished_elsewhere_gives_way_to_the_next(till, shop, cashier):
    till.scan(shop.codes[0])
    till.is_settled()
    sale = Sale.objects.get()
    finalize_sale(uid=sale.uid, tenders=[card("1.05")], actor=cashier)

    till.scan(shop.codes[1])

    till.has_names(shop.names[1])
    assert Sale.objects.count() == 2


@pytest.mark.exhaustive
def test_a_second_window_looks_on_until_it_takes_over(
    till, shop, signed_in, fail_on_page_errors
):
    till.scan(shop.codes[0])
    till.is_settled()
    second = fail_on_page_errors(signed_in.new_page())
    second.goto(till.url)
    expect(second.get_by_text("open in another window")).to_be_visible()
    scan(second, shop.codes[3])
    expect(second.get_by_text("Nothing was added")).to_be_visible()

    with second.expect_event("load"):
        second.get_by_role("button", name="Take over").click()
    second.wait_for_selector("html[data-ready]", state="attached")

    expect(second.locator(".entry .line-name")).to_have_text([shop.names[0]])
    expect(till.page.get_by_text("open in another window")).to_be_visible()

    # What is scanned in the window that lost the till is refused, and never turns up.
    till.scan(shop.codes[1])
    expect(till.page.get_by_text("Nothing was added")).to_be_visible()
    with till.page.expect_event("load"):
        till.page.get_by_role("button", name="Take over").click()
    till.is_ready()
    till.scan(shop.codes[2])
    till.has_names(shop.names[0], shop.names[2])


@pytest.mark.exhaustive
def test_a_total_that_is_not_final_says_so_and_opens_no_payment(till, shop, context):
    till.scan(shop.codes[0])
    till.is_settled()
    page = till.page
    charge = page.locator(".basket .button-wide")
    notice = page.locator(".not-final")
    expect(notice).to_be_hidden()
    context.set_offline(True)
    till.scan(shop.codes[1])

    expect(notice).to_be_visible()
    expect(charge).to_have_attribute("aria-disabled", "true")
    cash = page.locator(".quick-cash .button").first
    expect(cash).to_have_attribute("aria-disabled", "true")
    till.press("F9")
    refusal = page.locator("[data-message=refused]")
    expect(refusal).to_contain_text("The total is not final yet")
    expect(refusal).to_contain_text("Payment needs the connection")
    page.wait_for_timeout(400)
    cash.click(force=True)
    page.wait_for_timeout(2500)

    context.set_offline(False)
    till.is_settled()
    expect(charge).not_to_have_attribute("aria-disabled", "true")
    expect(charge).to_contain_text("S$2.15")
    expect(notice).to_be_hidden()
    page.wait_for_timeout(500)
    till.is_at("sell")
    assert not Sale.objects.finalized().exists()


@pytest.mark.exhaustive
def test_offline_the_basket_shows_pieces_and_a_sum_that_is_not_final(
    till, shop, context
):
    till.scan(shop.codes[0])
    till.is_settled()
    page = till.page
    context.set_offline(True)
    till.scan(shop.codes[1], shop.codes[1], shop.codes[2])
    expect(page.locator("[data-connection]").first).to_have_text("Offline")

    # 1.05, 1.10 twice and 1.15
    expect(till.total).to_have_text("S$4.40")
    expect(page.locator("[data-items]")).to_contain_text("4 items")
    expect(page.locator(".not-final")).to_be_visible()
    till.scan("4006381333931")
    expect(page.locator("[data-items]")).to_contain_text("5 items")
    expect(page.locator(".not-final")).to_have_text("not final, 1 unpriced")
    till.press("Delete")
    expect(page.locator(".not-final")).to_have_text("not final yet")
    till.press("Delete")
    expect(till.total).to_have_text("S$3.25")
    expect(page.locator("[data-items]")).to_contain_text("3 items")

    context.set_offline(False)
    till.is_settled()
    expect(till.total).to_have_text("S$3.25")


@pytest.mark.exhaustive
def test_a_window_that_looks_on_has_no_button_that_looks_ready(till, shop, signed_in):
    till.scan(shop.codes[0])
    till.is_settled()
    ready = till.page.evaluate(
        "getComputedStyle(document.querySelector('.button-wide')).color"
    )
    second = signed_in.new_page()
    second.goto(till.url)
    expect(second.get_by_text("open in another window")).to_be_visible()

    looks = "getComputedStyle(document.querySelector('.button-wide')).borderStyle"
    assert second.evaluate(looks) == "dashed"
    assert till.page.evaluate(looks) != "dashed"
    assert ready
