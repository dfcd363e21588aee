"""Next basket: what is scanned while a payment is under way waits for it, in sight."""

import json

import pytest
from playwright.sync_api import expect

from sales.models import Sale
from tests.browser.network import intercept

FINALIZATION = "**/finalization/"
PARTS = "**/part-payments/**"
REFUSED = {"error": {"code": "tender_not_accepted", "message": "Cash is not taken."}}


@pytest.fixture
def waiting(till):
    """The bar that says what waits."""
    return till.page.locator("[data-message=next]")


def names_by_sale() -> list[list[str]]:
    """What is in the baskets, each as often as it is there."""
    return [
        [line.name for line in sale.lines.active() for _ in range(int(line.quantity))]
        for sale in Sale.objects.order_by("pk")
        if sale.line_count
    ]


def take_a_part(till, shop):
    till.scan(shop.codes[80])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.type("100")
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)


@pytest.fixture
def held(till, shop):
    """5.05 to pay, of which 1.00 was taken; the rest is being asked for."""
    take_a_part(till, shop)
    return till


@pytest.mark.exhaustive
def test_scans_after_a_part_payment_enter_the_next_basket(held, shop, waiting):
    held.scan(shop.codes[0], shop.codes[1], shop.codes[0])

    expect(waiting).to_contain_text("3 items wait for the next sale")
    expect(waiting).to_contain_text(", ".join(shop.names[i] for i in (0, 1, 0)))
    expect(held.lines).to_have_count(1)
    expect(held.page.locator("[data-text=due]")).to_have_text("S$4.05")
    held.page.reload()
    held.is_ready()
    expect(waiting).to_contain_text("3 items")
    held.press("F9")
    held.is_at("payment")
    held.press("Enter")

    held.is_at("sell")
    held.has_quantities("2", "1")
    expect(waiting).to_have_count(0)
    assert names_by_sale() == [[shop.names[80]], [shop.names[0]] * 2 + [shop.names[1]]]


@pytest.mark.exhaustive
def test_money_given_back_lets_what_waited_into_this_basket(held, shop, waiting):
    held.scan(shop.codes[0], "4711471147")
    expect(waiting).to_contain_text(f"{shop.names[0]}, 4711471147")
    held.page.get_by_role("button", name="Take back").click()

    said = held.page.locator("[data-message=taken-up]")
    expect(said).to_contain_text("2 items that waited are in this basket")
    expect(waiting).to_have_count(0)
    held.has_names(shop.names[80], shop.names[0])
    expect(held.page.locator("[data-text=due]")).to_have_text("S$6.10")
    # The one that is not known is said, as ever.
    unknown = held.page.locator("[data-message^=unknown]")
    expect(unknown).to_contain_text("4711471147")
    held.page.reload()
    held.is_ready()
    expect(waiting).to_have_count(0)
    held.has_names(shop.names[80], shop.names[0])


@pytest.mark.exhaustive
def test_a_basket_that_holds_money_takes_what_waits_if_it_is_asked_to(
    held, shop, waiting
):
    held.scan(shop.codes[0])
    held.press("Escape")
    held.is_at("sell")
    # Back on this screen, scans are for the basket that it shows.
    held.scan(shop.codes[1])
    held.has_names(shop.names[80], shop.names[1])
    waiting.get_by_role("button", name="Add it here").click()

    expect(waiting).to_have_count(0)
    held.has_names(shop.names[80], shop.names[1], shop.names[0])
    held.page.reload()
    held.is_ready()
    held.has_names(shop.names[80], shop.names[1], shop.names[0])


@pytest.mark.exhaustive
def test_what_waits_goes_on_when_a_part_paid_basket_is_parked(held, shop, waiting):
    held.scan(shop.codes[0])
    held.press("Escape")
    held.is_at("sell")
    held.press("F6")

    held.has_names(shop.names[0])
    expect(waiting).to_have_count(0)
    # Money that was taken cannot be voided: so nothing has to be done about what waits.
    assert names_by_sale() == [[shop.names[80]], [shop.names[0]]]


@pytest.mark.exhaustive
def test_what_waits_is_not_for_a_basket_that_is_recalled(till, shop, waiting):
    till.scan(shop.codes[2])
    till.press("F6")
    take_a_part(till, shop)
    till.scan(shop.codes[0])
    till.press("Shift+F6")
    till.page.get_by_role("button", name="Recall").click()

    till.has_names(shop.names[2])
    expect(waiting).to_contain_text(shop.names[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("sell")
    till.has_names(shop.names[0])


@pytest.mark.parametrize(
    "address",
    [FINALIZATION, pytest.param(PARTS, marks=pytest.mark.exhaustive)],
)
def test_a_payment_that_is_refused_lets_what_waited_in(till, shop, waiting, address):
    held_up = []
    intercept(till.page, address, lambda route: held_up.append(route))
    till.scan(shop.codes[80])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.type("100" if address == PARTS else "")
    with till.page.expect_request(address):
        till.press("Enter")
    till.scan(shop.codes[0])
    expect(waiting).to_contain_text(shop.names[0])
    expect(waiting.get_by_role("button", name="Add it here")).to_have_count(0)
    expect(till.lines).to_have_count(1)
    held_up[0].fulfill(
        status=409, content_type="application/json", body=json.dumps(REFUSED)
    )

    said = till.page.locator("[data-message=taken-up]")
    expect(said).to_contain_text("1 item that waited is in this basket")
    till.has_names(shop.names[80], shop.names[0])
    expect(waiting).to_have_count(0)


@pytest.mark.exhaustive
def test_a_reload_while_a_part_is_being_taken_loses_no_scan(till, shop, waiting):
    intercept(till.page, PARTS, lambda route: route.abort())
    till.scan(shop.codes[80])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.type("100")
    with till.page.expect_request(PARTS):
        till.press("Enter")
    till.scan(shop.codes[0])
    expect(waiting).to_contain_text(shop.names[0])
    till.page.unroute(PARTS)
    till.page.reload()
    till.is_ready()

    held = till.page.locator(".basket [data-part-payment]")
    expect(held).to_contain_text("S$1.00")
    expect(waiting).to_contain_text(shop.names[0])
    till.has_names(shop.names[80])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("sell")
    till.has_names(shop.names[0])
