"""Unknown payment: the cashier goes on, and the till asks on with the same ids."""

import json

import pytest
from playwright.sync_api import expect

from sales.models import PartPayment, Sale
from tests.browser.network import intercept

FINALIZATION = "**/finalization/"
PARTS = "**/part-payments/**"
# The ten seconds after which a payment is not known pass in one.
SOONER = """
  const later = setTimeout;
  globalThis.setTimeout = (act, delay, ...rest) =>
    later(act, delay === 10_000 ? 1000 : delay, ...rest);
"""


@pytest.fixture
def frozen(till, shop):
    """A basket of 1.05 for which 5.00 is taken, and a server that does not answer."""
    till.page.add_init_script(SOONER)
    till.open()
    intercept(till.page, FINALIZATION, lambda route: route.abort())
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.type("500")
    till.press("Enter")
    unknown = till.page.locator("[data-message=working]")
    expect(unknown).to_contain_text("not known yet whether this was paid")
    return till


def is_asked_for(till):
    expect(till.page.locator("[data-message^='payment ']")).to_contain_text(
        "not known yet whether the basket before was paid"
    )


@pytest.mark.exhaustive
def test_the_next_basket_is_sold_while_one_is_asked_for(frozen, shop):
    asked = []
    frozen.page.on(
        "request",
        lambda request: "finalization" in request.url and asked.append(request),
    )
    frozen.page.get_by_role("button", name="Next basket").click()
    frozen.is_at("sell")
    is_asked_for(frozen)
    frozen.scan(shop.codes[1])
    frozen.has_names(shop.names[1])
    frozen.page.unroute(FINALIZATION)

    paid = frozen.page.locator("[data-message^='paid ']")
    expect(paid).to_contain_text("Sale 2-S-000001 is paid")
    expect(paid).to_contain_text("Change S$3.95")
    assert len({(each.url, each.post_data) for each in asked}) == 1
    frozen.has_names(shop.names[1])
    frozen.press("F9")
    frozen.is_at("payment")
    frozen.press("Enter")
    frozen.is_at("complete")
    assert [str(sale.total) for sale in Sale.objects.finalized().order_by("pk")] == [
        "1.050",
        "1.100",
    ]


@pytest.mark.exhaustive
def test_what_was_scanned_and_a_reload_do_not_lose_the_payment(frozen, shop):
    frozen.scan(shop.codes[1])
    frozen.has_names(shop.names[1])
    is_asked_for(frozen)
    frozen.page.reload()
    frozen.is_ready()
    is_asked_for(frozen)
    frozen.has_names(shop.names[1])
    frozen.page.unroute(FINALIZATION)

    paid = frozen.page.locator("[data-message^='paid ']")
    expect(paid).to_contain_text("Sale 2-S-000001 is paid")
    assert Sale.objects.finalized().get().lines.get().name == shop.names[0]
    assert Sale.objects.open().get().lines.get().name == shop.names[1]


@pytest.mark.exhaustive
def test_a_basket_that_was_left_and_refused_is_recalled(frozen, shop):
    frozen.press("Escape")
    frozen.is_at("sell")
    is_asked_for(frozen)
    frozen.scan(shop.codes[1])
    frozen.has_names(shop.names[1])
    error = {"error": {"code": "tender_not_accepted", "message": "Cash is not taken."}}
    frozen.page.unroute(FINALIZATION)
    intercept(
        frozen.page,
        FINALIZATION,
        lambda route: route.fulfill(
            status=409, content_type="application/json", body=json.dumps(error)
        ),
    )

    refused = frozen.page.locator("[data-message^='paid ']")
    expect(refused).to_contain_text("The basket before was not paid")
    expect(refused).to_contain_text("Cash is not taken.")
    expect(frozen.page.locator("[data-parked-count]").first).to_have_text("1")
    refused.get_by_role("button", name="Recall").click()
    frozen.has_names(shop.names[0])
    assert Sale.objects.parked().get().lines.get().name == shop.names[1]


@pytest.mark.exhaustive
def test_a_part_payment_that_is_not_known_leaves_its_basket_open(till, shop):
    till.page.add_init_script(SOONER)
    till.open()
    intercept(till.page, PARTS, lambda route: route.abort())
    till.scan(shop.codes[80])
    till.press("F9")
    till.is_at("payment")
    till.type("100")
    till.press("Enter")
    till.scan(shop.codes[0])
    expect(till.page.locator("[data-message=next]")).to_contain_text(shop.names[0])
    till.page.get_by_role("button", name="Next basket").click()
    is_asked_for(till)
    till.scan(shop.codes[1])
    till.has_names(*shop.names[:2])
    till.page.unroute(PARTS)

    taken = till.page.locator("[data-message^='paid ']")
    expect(taken).to_contain_text("The part payment was taken")
    taken.get_by_role("button", name="Recall").click()
    till.has_names(shop.names[80])
    assert PartPayment.objects.get().sale.lines.count() == 1


@pytest.mark.exhaustive
def test_the_pill_hears_that_a_payment_is_not_answered(till, shop):
    page = till.page
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    for address in (FINALIZATION, "**/healthz"):
        intercept(page, address, lambda route: route.abort())
    till.press("Enter")

    expect(page.locator("[data-pane=payment] [data-connection]")).to_have_text(
        "Offline"
    )
    page.unroute_all()
    till.is_at("complete")
    till.press("Enter")
    expect(page.locator("[data-connection]").first).to_have_text("Online")


@pytest.mark.exhaustive
@pytest.mark.parametrize("key", ["Control+p", "Shift+F6", "F4"])
def test_the_pill_hears_of_other_requests(till, shop, key):
    page = till.page
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    till.press("Enter")
    for address in ("**/prints/", "**/parked/**", "**/customers/**", "**/healthz"):
        intercept(page, address, lambda route: route.abort())
    till.press(key)
    if key == "F4":
        till.type("9123")

    expect(page.locator("[data-connection]").first).to_have_text("Offline")
    till.is_at("customer" if key == "F4" else "sell")


@pytest.mark.exhaustive
def test_a_basket_is_not_changed_while_it_is_paid(till, shop):
    intercept(till.page, FINALIZATION, lambda route: route.abort())
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter", "Escape")
    till.is_at("sell")
    for key in ("Delete", "+", "F6"):
        till.press(key)
        wait = till.page.locator("[data-message=payment]")
        expect(wait).to_contain_text("Wait until the payment is finished")
        wait.get_by_role("button", name="Dismiss").click()
    expect(till.lines).to_have_count(1)
    till.page.unroute(FINALIZATION)

    till.is_at("complete")
    assert Sale.objects.count() == 1
