"""Two devices at one till: each browser sells its own basket."""

import pytest
from playwright.sync_api import Browser, Page, expect

from pos.models import Device
from sales.models import Sale
from tests.browser.conftest import CASHIER, TillPage, add_cookies
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import StaffMemberFactory


@pytest.fixture
def phone(browser: Browser, live_server, shop, till, fail_on_page_errors):
    """The till page in another browser, with another person signed in."""
    colleague = StaffMemberFactory(company=shop.till.company, may=CASHIER)
    context = browser.new_context()
    add_cookies(context, client_at(shop.till, colleague), live_server.url)
    page: Page = context.new_page()
    phone = TillPage(fail_on_page_errors(page), live_server.url)
    phone.open()
    yield phone
    context.close()


def pay(till: TillPage) -> None:
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")


@pytest.mark.exhaustive
def test_two_devices_sell_at_one_till_side_by_side(till, phone, shop):
    till.scan(shop.codes[0], shop.codes[1])
    phone.scan(shop.codes[2])
    till.has_names(shop.names[0], shop.names[1])
    phone.has_names(shop.names[2])
    # A page that is loaded again finds its own basket.
    phone.page.reload()
    phone.is_ready()
    phone.has_names(shop.names[2])

    pay(phone)
    pay(till)

    for at, number in ((phone, "2-S-000001"), (till, "2-S-000002")):
        expect(at.page.locator(".paper")).to_contain_text(number)
    assert Sale.objects.values("device").distinct().count() == 2


@pytest.mark.exhaustive
def test_a_basket_parked_at_one_device_is_recalled_at_the_other(till, phone, shop):
    phone.scan(shop.codes[3])
    phone.has_names(shop.names[3])
    phone.press("F6")
    expect(phone.page.locator(".entry")).to_have_count(0)
    till.scan(shop.codes[0])
    till.has_names(shop.names[0])

    till.page.locator("[data-go=parked]").first.click()
    till.page.get_by_role("button", name="Recall").click()
    till.has_names(shop.names[3])

    pay(till)
    expect(till.page.locator(".paper")).to_contain_text(shop.names[3])


@pytest.mark.exhaustive
def test_a_basket_that_was_taken_over_may_be_taken_back(till, phone, shop, shift):
    phone.scan(shop.codes[3])
    phone.has_names(shop.names[3])
    at_counter = Device.objects.order_by("pk").first()
    assert Cashier(shift, uid=Sale.objects.get().uid, device=at_counter).do("recall").ok

    phone.scan(shop.codes[4])

    said = phone.page.locator(".basket .message")
    expect(said).to_contain_text(f"This sale is open on {at_counter}")
    said.get_by_role("button", name="Take over").click()
    expect(said).to_have_count(0)
    phone.scan(shop.codes[5])
    phone.has_names(shop.names[3], shop.names[5])
