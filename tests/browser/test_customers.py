"""Customers in a browser: their pages and the till's panel."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from tests.browser.keys import press, type_text
from tests.support.factories import CustomerFactory, StaffMemberFactory

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SUPERVISOR = (
    "customers.view_customer",
    "customers.add_customer",
    "customers.change_customer",
    "customers.deactivate_customer",
    "customers.adjust_points",
    "sales.view_sale",
)


@pytest.fixture
def supervisor(shop):
    return StaffMemberFactory(company=shop.till.company, name="Hafiz", may=SUPERVISOR)


@pytest.fixture
def sign_in(live_server, supervisor):
    def sign_in(context: BrowserContext) -> BrowserContext:
        client = Client()
        client.force_login(supervisor)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        return context

    return sign_in


@pytest.fixture
def office(sign_in, context, page: Page, fail_on_page_errors) -> Page:
    sign_in(context)
    return fail_on_page_errors(page)


@pytest.fixture
def customer(shop, supervisor):
    """Lim Wei Jie of the shop, with more points entries than one page shows."""
    customer = Customer.objects.get()
    for points in range(1, 31):
        adjust_points(
            uid=uuid7(),
            customer=customer,
            points=points,
            reason="Corrected by hand",
            actor=supervisor,
        )
    return customer


@pytest.mark.exhaustive
def test_typing_finds_and_enter_opens_the_only_one(office, live_server, customer):
    CustomerFactory.create_batch(3, company=customer.company, name="Siti Rahmah")
    office.goto(f"{live_server.url}/customers/")
    rows = office.locator(".customer-name")
    expect(rows).to_have_count(4)

    type_text(office, "4567", delay=30)
    expect(rows).to_have_count(1)
    assert office.url.endswith("?q=4567")

    press(office, "Enter")
    expect(office.locator("h1")).to_have_text("Lim Wei Jie")
    office.go_back()
    expect(rows).to_have_count(1)


@pytest.mark.exhaustive
def test_arrows_move_through_the_list_and_escape_clears(office, live_server, customer):
    CustomerFactory(company=customer.company, name="Siti Rahmah")
    office.goto(f"{live_server.url}/customers/")
    search = office.locator("[data-filter]")
    expect(search).to_be_focused()

    press(office, "ArrowDown")
    press(office, "ArrowDown")
    expect(office.locator(".customer-name").nth(1)).to_be_focused()
    press(office, "F2")
    expect(search).to_be_focused()
    type_text(office, "nobody")
    expect(office.locator(".empty")).to_contain_text("No customer with nobody")
    press(office, "Escape")
    expect(office.locator(".customer-name")).to_have_count(2)

    press(office, "F9")
    expect(office.locator("h1")).to_have_text("New customer")
    press(office, "Escape")
    expect(office.locator(".customer-name")).to_have_count(2)


def test_registers_and_corrects_by_keyboard_alone(office, live_server, customer):
    office.goto(f"{live_server.url}/customers/new/?q=8765+4321")
    expect(office.locator("#id_name")).to_be_focused()
    type_text(office, "Tan Hui Min")
    press(office, "Escape")  # nothing that was typed is lost
    office.locator("#id_email").fill(" ")
    office.locator("#id_code").fill(customer.code)
    press(office, "Enter")

    code = office.locator("#id_code")
    expect(code).to_be_focused()
    expect(code).to_have_attribute("aria-invalid", "true")
    expect(office.locator(".errorlist")).to_contain_text("belongs to Lim Wei Jie")
    expect(office.get_by_role("link", name="Open Lim Wei Jie")).to_be_visible()

    code.fill("")
    press(office, "F9")
    expect(office.locator("h1")).to_have_text("Tan Hui Min")
    assert str(Customer.objects.get(name="Tan Hui Min").phone) == "+6587654321"


def test_a_long_ledger_turns_its_pages_in_place(office, live_server, customer):
    office.goto(f"{live_server.url}/customers/{customer.uid}/points/")
    expect(office.locator("tbody tr")).to_have_count(25)

    office.get_by_role("link", name="Next").click()

    expect(office.locator("tbody tr")).to_have_count(5)
    expect(office.locator(".rail")).to_have_count(1)
    office.go_back()
    expect(office.locator("tbody tr")).to_have_count(25)


def test_shows_the_phone_on_purpose_only(office, live_server, customer):
    office.goto(f"{live_server.url}/customers/{customer.uid}/")
    phone = office.locator(".reveal").first
    expect(phone.get_by_text("9123 4567")).to_be_hidden()

    phone.locator("summary").press("Enter")

    expect(phone.get_by_text("9123 4567")).to_be_visible()


@pytest.mark.exhaustive
def test_all_of_it_works_without_javascript(
    browser: Browser, sign_in, live_server, customer
):
    context = sign_in(browser.new_context(java_script_enabled=False))
    page = context.new_page()

    page.goto(f"{live_server.url}/customers/")
    page.locator("[data-filter]").fill("9123 4567")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Lim Wei Jie")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator(".tone-warn")).to_contain_text("Inactive")
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("link", name="Adjust points").click()
    page.locator("#id_points").fill("-5")
    page.locator("#id_reason").fill("Wrong customer")
    press(page, "Enter")
    expect(page.locator(".big-figure output")).to_have_text("460")
    page.get_by_role("link", name="entries").click()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("tbody tr")).to_have_count(6)
    context.close()


@pytest.mark.exhaustive
def test_enter_at_the_till_waits_for_the_matches(till, shop):
    CustomerFactory(company=shop.till.company, name="Aisyah", phone="+6591230000")
    till.press("F4")
    type_text(till.page, "9123", delay=90)
    expect(till.page.locator(".pick.chosen")).to_contain_text("Aisyah")

    type_text(till.page, "45", delay=90)
    till.press("Enter")

    expect(till.page.locator(".side-panel .customer-bar b")).to_have_text("Lim Wei Jie")


@pytest.mark.exhaustive
def test_a_new_customer_at_the_till_takes_eight_digits_and_enter(till):
    till.press("F4")
    type_text(till.page, "87654321", delay=90)
    till.press("Enter")

    expect(till.page.locator(".side-panel .customer-bar small")).to_contain_text(
        "•••• 4321"
    )
    assert Customer.objects.filter(phone="+6587654321").count() == 1


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(office, live_server, customer, scheme):
    office.emulate_media(color_scheme=scheme)
    one = f"/customers/{customer.uid}/"
    violations = {}

    for address in (
        "/customers/",
        "/customers/?q=nobody",
        "/customers/?inactive=1",
        "/customers/new/",
        one,
        f"{one}edit/",
        f"{one}adjustment/",
        f"{one}points/",
        f"{one}purchases/",
    ):
        office.goto(f"{live_server.url}{address}")
        office.evaluate(AXE.read_text())
        found = office.evaluate("axe.run().then(result => result.violations)")
        if found:
            violations[address] = [violation["id"] for violation in found]

    assert violations == {}
