"""Part payment: money already taken stays with its basket, and visible."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.core.ids import uuid7
from sales.checkout.drawer_cash import expected_cash
from sales.models import PartPayment, Sale
from sales.shifts.cash_movements import CashMove, record_cash_movement
from tests.browser.conftest import TillPage
from tests.browser.keys import type_text
from tests.browser.network import intercept
from tests.support.factories import grant


@pytest.fixture
def held(till, shop):
    """Two lines, 10.15 in all, of which 5.00 in cash was taken; back to selling."""
    till.scan(shop.codes[80], shop.codes[81])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "500", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)
    till.press("Escape")
    till.is_at("sell")
    return till


@pytest.mark.exhaustive
def test_the_sell_screen_says_what_was_taken_and_what_is_left(held, shop):
    row = held.page.locator("[data-part-payment]")
    charge = held.page.locator(".basket .button-wide")
    expect(row).to_have_text("Taken so far S$5.00Left to pay S$5.15")
    expect(charge).to_contain_text("S$5.15")

    held.scan(shop.codes[0])
    expect(row).to_contain_text("Left to pay S$6.20")
    held.page.reload()
    held.is_ready()
    expect(row).to_contain_text("Left to pay S$6.20")
    # Nothing on this screen takes cash for all of it.
    expect(held.page.locator(".quick-cash")).to_be_hidden()

    held.press("F9")
    held.page.get_by_role("button", name="Take back").click()
    expect(held.page.locator("[data-part-tender]")).to_have_count(0)
    held.press("Escape")
    expect(row).to_have_count(0)
    expect(charge).to_contain_text("S$11.20")
    expect(held.page.locator(".quick-cash")).to_be_visible()


@pytest.mark.exhaustive
def test_what_was_taken_counts_when_the_rest_is_paid(held):
    held.press("F9")
    held.is_at("payment")
    held.press("Enter")

    held.is_at("complete")
    tenders = Sale.objects.get().tenders.all()
    assert [tender.tendered for tender in tenders] == [5, Decimal("5.15")]
    held.press("Enter")
    expect(held.page.locator("[data-part-payment]")).to_have_count(0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["Clear", "Void the sale"])
def test_a_basket_that_holds_money_is_not_given_up(held, name):
    held.press("F10")
    held.page.get_by_role("button", name=name).click()

    refusal = held.page.locator("[data-message=payment]")
    expect(refusal).to_contain_text("Money was taken already")
    expect(refusal).to_contain_text("take it off on the payment screen")
    expect(held.lines).to_have_count(2)
    expect(held.page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.exhaustive
def test_change_is_due_where_a_basket_became_smaller(held, shop):
    held.scan(shop.codes[0])
    held.has_quantities("1", "1", "1")
    held.press("ArrowUp", "Delete", "ArrowUp", "Delete")
    held.has_names(shop.names[0])
    expect(held.page.locator(".basket [data-part-payment]")).to_contain_text(
        "Change S$3.95"
    )
    held.press("F9")
    held.is_at("payment")
    expect(held.page.locator("[data-text=change]")).to_have_text("S$3.95")
    held.press("Enter")

    held.is_at("complete")
    (tender,) = Sale.objects.get().tenders.all()
    assert (tender.tendered, tender.change) == (5, Decimal("3.95"))


@pytest.mark.exhaustive
def test_money_moves_with_a_basket_that_is_parked_and_recalled(held, shop):
    held.press("F6")
    held.scan(shop.codes[1])
    held.press("Shift+F6")
    expect(held.page.locator("[data-pane=parked]")).to_contain_text(
        "S$5.00 taken so far"
    )
    held.page.get_by_role("button", name="Recall").click()

    expect(held.page.locator(".basket [data-part-payment]")).to_contain_text("S$5.00")
    expect(held.lines).to_have_count(2)


@pytest.fixture
def short(held, shop, shift, hafiz):
    """The drawer is empty, and the owner lets a supervisor overdraw it."""
    company = shop.till.company
    company.allows_cash_below_zero = True
    company.save(update_fields=["allows_cash_below_zero"])
    grant(hafiz.role, ["sales.overdraw_drawer"])
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("drop", expected_cash(shift), "Safe"),
        actor=shift.cashier,
    )
    held.page.reload()
    held.is_ready()
    return held


@pytest.mark.exhaustive
def test_a_supervisor_approves_what_the_drawer_does_not_hold(short, hafiz, shift):
    short.press("F9")
    short.is_at("payment")
    short.page.get_by_role("button", name="Take back").click()
    dialog = short.page.locator("[data-ask-approval]")
    asked = "Ask a supervisor before you take 5.00 out of the drawer."
    expect(dialog.get_by_role("alert")).to_have_text(asked)

    type_text(short.page, "hafiz", delay=120)
    short.press("Enter")
    type_text(short.page, "wrong", delay=120)
    short.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("do not match")
    assert not PartPayment.objects.filter(event="given_back").exists()
    type_text(short.page, "kaya-toast-set", delay=120)
    short.press("Enter")

    expect(short.page.locator("[data-part-tender]")).to_have_count(0)
    expect(dialog.get_by_label("password")).to_have_value("")
    assert PartPayment.objects.get(event="given_back").approved_by == hafiz
    assert expected_cash(shift) == -5


@pytest.mark.exhaustive
def test_nobody_has_to_approve_it(short, shift):
    short.press("F9")
    short.is_at("payment")
    short.page.get_by_role("button", name="Take back").click()
    expect(short.page.locator("[data-ask-approval]")).to_be_visible()
    short.press("Escape")

    refusal = short.page.locator("[data-message=payment]")
    expect(refusal).to_contain_text("Nothing was given back")
    expect(short.page.locator("[data-part-tender]")).to_have_count(1)
    assert expected_cash(shift) == 0


@pytest.mark.exhaustive
def test_change_that_the_drawer_does_not_hold_is_approved(short, shop, hafiz):
    short.scan(shop.codes[0])
    short.has_quantities("1", "1", "1")
    short.press("ArrowUp", "Delete", "ArrowUp", "Delete")
    short.has_names(shop.names[0])
    short.press("F9")
    short.is_at("payment")
    short.press("Enter")
    expect(short.page.locator("[data-ask-approval]")).to_be_visible()
    type_text(short.page, "hafiz", delay=120)
    short.press("Tab")
    type_text(short.page, "kaya-toast-set", delay=120)
    short.press("Enter")

    short.is_at("complete")
    assert PartPayment.objects.get(event="used").approved_by == hafiz


def take_one_dollar(till):
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "100", delay=120)
    till.press("Enter")


@pytest.mark.exhaustive
def test_money_in_hand_outlives_the_browser(
    shop, shift, browser, signed_in, live_server
):
    def opened():
        context = browser.new_context()
        context.add_cookies(signed_in.cookies())
        till = TillPage(context.new_page(), live_server.url)
        till.open()
        return context, till

    first, till = opened()
    till.scan(shop.codes[80])
    till.is_settled()
    take_one_dollar(till)
    expect(till.page.locator("[data-part-tender]")).to_contain_text("Cash S$1.00")
    first.close()

    second, till = opened()
    row = till.page.locator(".basket [data-part-payment]")
    expect(row).to_have_text("Taken so far S$1.00Left to pay S$4.05")
    assert expected_cash(shift) == shift.opening_float + 1
    till.press("F9")
    till.is_at("payment")
    expect(till.page.locator("[data-part-tender]")).to_contain_text("Cash S$1.00")
    till.press("Enter")
    till.is_at("complete")
    second.close()

    assert expected_cash(shift) == shift.opening_float + Decimal("5.05")
    tenders = Sale.objects.get().tenders.all()
    assert [tender.tendered for tender in tenders] == [1, Decimal("4.05")]


@pytest.mark.exhaustive
def test_an_answer_that_is_lost_takes_the_money_once(till, shop):
    till.scan(shop.codes[80])
    till.is_settled()
    arrived = []

    def lose(route):
        if not arrived:
            arrived.append(route.fetch())
        route.abort()

    intercept(till.page, "**/part-payments/**", lose)
    take_one_dollar(till)
    expect(till.page.locator("[data-message=working]")).to_contain_text("safe to wait")
    till.page.unroute("**/part-payments/**")
    till.page.reload()
    till.is_ready()

    expect(till.page.locator(".basket [data-part-payment]")).to_contain_text("S$1.00")
    assert PartPayment.objects.count() == 1


@pytest.mark.exhaustive
def test_a_double_tap_takes_and_gives_back_once(till, shop):
    till.scan(shop.codes[80])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "100", delay=120)
    till.page.locator("[data-act=take]").dblclick()
    parts = till.page.locator("[data-part-tender]")
    expect(parts).to_have_count(1)
    till.page.get_by_role("button", name="Take back").dblclick()
    expect(parts).to_have_count(0)

    assert Sale.objects.get().status == "open"
    assert [row.amount for row in PartPayment.objects.order_by("pk")] == [1, -1]
