"""Counted flows: how many taps and keys each act of a cashier takes, and no more.

A tap is one touch and a key is one key. Scans are not counted, nor is a password.
"""

import pytest
from playwright.sync_api import Locator, expect

from sales.models import Sale, Shift
from tests.browser.keys import type_text
from tests.support.tenders import cash

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.exhaustive]


class Hand:
    """A hand that counts what it does at the till."""

    def __init__(self, till) -> None:
        self.till = till
        self.page = till.page
        self.taps = self.keys = 0

    def tap(self, button: Locator) -> None:
        # A finger waits until the button shows that it may take money.
        self.till.may_take_payment()
        button.click()
        self.taps += 1

    def press(self, *keys: str) -> None:
        self.till.press(*keys)
        self.keys += len(keys)

    def type(self, text: str) -> None:
        type_text(self.page, text)
        self.keys += len(text)

    def named(self, name: str, role: str = "button") -> Locator:
        return self.page.get_by_role(role, name=name)


@pytest.fixture
def hand(till):
    yield Hand(till)
    # No request is under way any more when the database is emptied.
    till.is_settled()


@pytest.fixture
def charged(hand, shop):
    """Five products in the basket, 28.25, and the payment open: one tap."""
    hand.till.scan(*shop.codes[90:95])
    hand.till.is_settled()
    hand.tap(hand.named("Charge"))
    hand.till.is_at("payment")
    return hand


def test_five_products_and_a_note_of_fifty(hand, shop):
    hand.till.scan(*shop.codes[90:95])
    hand.till.is_settled()
    hand.page.wait_for_timeout(400)  # quick cash waits until the finger has seen it

    hand.tap(hand.page.locator(".quick-cash").get_by_text("S$50"))

    hand.till.is_at("complete")
    assert (hand.taps, hand.keys) == (1, 0)


def test_a_note_of_fifty_on_the_payment_pane(charged):
    charged.tap(charged.page.locator(".cash-notes").get_by_text("S$50"))
    if charged.till.view == "payment":
        charged.press("Enter")

    charged.till.is_at("complete")
    assert charged.taps + charged.keys <= 3


def test_exact_cash_by_keyboard(hand, shop):
    hand.till.scan(*shop.codes[90:95])
    hand.till.is_settled()

    hand.press("F9")
    hand.till.is_at("payment")
    hand.press("Enter")

    hand.till.is_at("complete")
    assert (hand.taps, hand.keys) == (0, 2)


def test_five_short_codes_and_cash_by_keyboard_only(hand, shop):
    for number in range(191, 196):
        hand.type(str(number))
        hand.press("Enter")
    hand.till.has_names(*shop.names[90:95])

    hand.press("F9")
    hand.till.is_at("payment")
    hand.type("5000")
    hand.press("Enter")

    hand.till.is_at("complete")
    assert (hand.taps, hand.keys) == (0, 26)


@pytest.mark.parametrize("method", ["card", "paynow"])
def test_everything_by_one_other_method(charged, method):
    charged.tap(charged.page.locator(f"[data-tender={method}]"))
    charged.tap(charged.page.locator("[data-act=take]"))

    charged.till.is_at("complete")
    assert (charged.taps, charged.keys) == (3, 0)


def test_ten_in_cash_and_the_rest_by_card(charged):
    for key in ("1", "0", "00"):
        charged.tap(charged.page.locator(f"[data-pad=pay] [data-key='{key}']"))
    charged.tap(charged.page.locator("[data-act=take]"))
    expect(charged.page.locator("[data-part-tender]")).to_contain_text("Cash S$10.00")
    charged.tap(charged.page.locator("[data-tender=card]"))
    charged.tap(charged.page.locator("[data-act=take]"))

    charged.till.is_at("complete")
    # The last is the word that a terminal of its own has approved it.
    assert (charged.taps, charged.keys) == (7, 0)


def test_a_member_by_the_whole_number(hand):
    hand.press("F4")
    hand.type("91234567")

    expect(hand.page.locator(".customer-bar b")).to_have_text("Lim Wei Jie")
    assert (hand.taps, hand.keys) == (0, 9)


def test_a_member_by_the_last_four_digits(hand):
    hand.press("F4")
    hand.type("4567")

    hand.page.locator("[data-attach-customer]").wait_for()
    hand.press("Enter")

    expect(hand.page.locator(".customer-bar b")).to_have_text("Lim Wei Jie")
    assert (hand.taps, hand.keys) == (0, 6)


def test_points_and_the_rest_in_cash(hand, shop, customer):
    hand.till.scan(*shop.codes[90:95])
    hand.press("F4")
    hand.type("91234567")
    expect(hand.page.locator(".customer-bar b")).to_have_text("Lim Wei Jie")
    hand.till.is_settled()
    hand.keys = 0

    hand.tap(hand.named("Charge"))
    hand.till.is_at("payment")
    hand.tap(hand.page.locator("[data-tender=points]"))
    hand.tap(hand.page.locator("[data-act=take]"))
    expect(hand.page.locator("[data-due-amount]")).to_have_text("S$18.25")
    hand.till.is_at("payment")
    hand.tap(hand.page.locator("[data-act=take]"))

    hand.till.is_at("complete")
    assert (hand.taps, hand.keys) == (4, 0)


def test_park_and_recall(hand, shop):
    hand.till.scan(shop.codes[0])
    hand.till.is_settled()

    hand.tap(hand.named("Park F6"))
    expect(hand.till.lines).to_have_count(0)
    hand.till.is_settled()
    assert (hand.taps, hand.keys) == (1, 0)

    hand.tap(hand.page.locator("[data-basket] [data-parked-offer]"))
    hand.tap(hand.named("Recall"))
    expect(hand.till.lines).to_have_count(1)
    assert (hand.taps, hand.keys) == (3, 0)


def test_a_refund_from_the_receipt(hand, sell, shop):
    sell({0: 1, 1: 1}, cash(10))
    hand.till.scan("2-S-000001")
    hand.page.wait_for_url("**/receipts/?number=2-S-000001")

    hand.tap(hand.page.get_by_role("link", name="Refund", exact=True))
    line = hand.page.locator(".refund-line", has_text=shop.names[0])
    hand.tap(line.locator(".tick-target"))
    button = hand.page.locator("#preview [type=submit]")
    expect(button).to_contain_text("Refund in cash")
    hand.tap(button)

    hand.page.wait_for_url("**/receipt/")
    expect(hand.page.locator(".paper")).to_contain_text("Credit note")
    assert (hand.taps, hand.keys) == (3, 0)


def test_a_shift_closes_and_the_next_opens_with_what_was_counted(hand):
    hand.page.add_init_script("window.print = () => {}")
    hand.tap(hand.page.get_by_role("link", name="Shift"))
    hand.tap(hand.page.get_by_role("link", name="Close shift"))
    expect(hand.page.get_by_role("textbox").first).to_be_focused()
    for pieces in (1, 0, 0, 0, 0, 0, 0, 0, 0, 0):  # the float of 100.00
        hand.type(str(pieces))
        hand.press("Enter")
    hand.press("Enter")
    hand.page.locator(".comparison").wait_for()
    hand.press("F9")
    hand.page.get_by_role("heading", name="Z report 2-Z-000001").first.wait_for()
    assert (hand.taps, hand.keys) == (2, 22)

    hand.page.goto(hand.till.url)
    hand.tap(hand.named("Float S$100.00 as counted last time"))
    hand.tap(hand.named("Open"))

    hand.till.is_at("sell")
    assert (hand.taps, hand.keys) == (4, 22)
    assert [shift.opening_float for shift in Shift.objects.order_by("pk")] == [100, 100]


def test_a_new_member(hand, shop):
    hand.press("F4")
    hand.type("98765432")
    hand.named("Register and add to the sale").wait_for()
    hand.press("Enter")

    expect(hand.page.locator(".side-panel .customer-bar small")).to_contain_text("5432")
    assert (hand.taps, hand.keys) == (0, 10)


def test_the_last_line_is_removed(hand, shop):
    hand.till.scan(*shop.codes[:2])
    hand.till.is_settled()

    hand.tap(hand.named("Remove").last)

    expect(hand.till.lines).to_have_count(1)
    assert (hand.taps, hand.keys) == (1, 0)


def test_the_last_receipt_is_printed_again(hand, shop):
    hand.page.add_init_script("window.prints = 0; window.print = () => { prints += 1 }")
    hand.till.open()
    hand.till.scan(shop.codes[0])
    hand.till.press("F9")
    hand.till.is_at("payment")
    hand.till.press("Enter")
    hand.till.is_at("complete")
    hand.till.press("Enter")
    hand.till.is_at("sell")

    with hand.page.expect_response("**/prints/"):
        hand.press("Control+p")

    assert (hand.taps, hand.keys) == (0, 1)
    assert Sale.objects.finalized().count() == 1
