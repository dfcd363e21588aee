"""Restricted goods at the till: the age is asked once, and closed goods come off."""

import pytest
from playwright.sync_api import Browser, expect

from pos.models import ClosedPeriod, Product, Restriction
from sales.models import Sale
from tests.browser.conftest import TillPage, add_cookies
from tests.browser.look import faults_of
from tests.support.devices import client_at
from tests.support.factories import RestrictionFactory

ALWAYS = [(range(1, 8), "00:00", "00:00")]


@pytest.fixture
def tobacco(shop) -> Restriction:
    """The first product asks for 21, the second for 18, and the third for nothing."""
    company = shop.till.company
    for sku, age in (("102", 18), ("101", 21)):
        rule = RestrictionFactory(company=company, minimum_age=age)
        Product.objects.filter(sku=sku).update(restriction=rule)
    return rule


def close(rule: Restriction) -> None:
    """Close the goods from now on."""
    ClosedPeriod.objects.create(
        company=rule.company,
        restriction=rule,
        weekdays=list(range(1, 8)),
        begins_at="00:00",
        ends_at="00:00",
    )


def question(till: TillPage):
    return till.page.locator("[data-question][open]")


def test_the_age_is_asked_once_and_the_sale_keeps_the_answer(
    till, shop, cashier, tobacco
):
    till.scan(shop.codes[2])
    till.has_names(shop.names[2])
    expect(question(till)).to_have_count(0)
    till.scan(shop.codes[0])

    expect(question(till)).to_contain_text("Born on or before")
    expect(question(till)).to_contain_text("21 or older")
    assert faults_of(till.page) == []
    # An Enter that was meant for something else answers nothing.
    till.press("Enter")
    expect(question(till)).to_be_visible()
    till.press("Tab", "Enter")
    expect(question(till)).to_have_count(0)
    till.scan(shop.codes[1])
    till.has_names(shop.names[2], shop.names[0], shop.names[1])
    expect(question(till)).to_have_count(0)
    till.pay()

    sale = Sale.objects.get()
    assert (sale.confirmed_age, sale.age_confirmed_by) == (21, cashier)
    assert [line.minimum_age for line in sale.lines.order_by("position")] == [0, 21, 18]


@pytest.mark.exhaustive
def test_without_an_age_the_goods_come_off_and_less_is_asked(till, shop, tobacco):
    till.scan(*shop.codes[:3])
    till.is_settled()

    expect(question(till)).to_contain_text("21 or older")
    till.press("Tab", "Tab", "Enter")
    expect(question(till)).to_contain_text("18 or older")
    till.press("Tab", "Enter")
    till.has_names(shop.names[1], shop.names[2])
    till.pay()

    assert Sale.objects.get().confirmed_age == 18


@pytest.mark.exhaustive
def test_a_question_that_was_closed_is_asked_before_the_payment(till, shop, tobacco):
    till.scan(shop.codes[0])
    expect(question(till)).to_be_visible()
    till.press("Escape")
    expect(question(till)).to_have_count(0)

    till.page.reload()
    till.is_ready()
    expect(question(till)).to_be_visible()
    till.press("Escape")
    till.press("F9")
    expect(question(till)).to_be_visible()
    assert till.view == "sell"
    till.press("Escape")
    # A tap right after a change of the basket pays nothing.
    till.page.wait_for_timeout(300)
    till.page.locator("[data-act=quick]").first.click()
    expect(question(till)).to_be_visible()
    till.press("Tab", "Enter")
    till.is_settled()
    till.pay()

    assert Sale.objects.get().is_finalized


def test_what_is_scanned_under_the_question_is_in_the_basket(till, shop, tobacco):
    till.scan(shop.codes[0])
    expect(question(till)).to_be_visible()

    till.scan(shop.codes[2])

    till.has_names(shop.names[0], shop.names[2])
    expect(question(till)).to_be_visible()


@pytest.mark.exhaustive
def test_a_closed_product_is_refused_and_nothing_is_lost(till, shop, tobacco):
    close(tobacco)
    till.scan(shop.codes[2])
    till.scan(shop.codes[0])

    alert = till.page.get_by_role("alert").filter(has_text="is not sold at any hour")
    expect(alert.first).to_be_visible()
    till.has_names(shop.names[2])
    till.pay()


def test_goods_that_close_before_they_are_paid_come_off_and_the_rest_is_sold(
    till, shop, tobacco
):
    till.scan(shop.codes[2])
    till.scan(shop.codes[0])
    expect(question(till)).to_be_visible()
    till.press("Tab", "Enter")
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    close(tobacco)

    till.press("Enter")

    expect(question(till)).to_contain_text(f"{shop.names[0]} is not sold at any hour.")
    assert faults_of(till.page) == []
    till.press("Tab", "Enter")
    till.has_names(shop.names[2])
    expect(question(till)).to_have_count(0)
    expect(till.page.locator("[data-text=due]")).to_have_text("S$1.15")
    till.press("Enter")
    till.is_at("complete")
    [sale] = Sale.objects.finalized()
    assert [line.name for line in sale.lines.active()] == [shop.names[2]]


@pytest.mark.exhaustive
def test_by_touch(
    browser: Browser, live_server, shop, cashier, shift, tobacco, fail_on_page_errors
):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    add_cookies(context, client_at(shop.till, cashier), live_server.url)
    till = TillPage(fail_on_page_errors(context.new_page()), live_server.url)
    till.open()
    till.page.locator(".tile", has_text=shop.names[0]).first.tap()

    expect(question(till)).to_be_visible()
    question(till).get_by_role("button", name="Yes, checked").tap()

    expect(question(till)).to_have_count(0)
    till.is_settled()
    assert Sale.objects.get().confirmed_age == 21
    context.close()
