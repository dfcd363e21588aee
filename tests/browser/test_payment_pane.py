"""Payment pane: it keeps what was chosen, and never moves the cashier."""

import pytest
from playwright.sync_api import expect

from sales.models import Sale, Tender
from tests.browser.keys import type_text
from tests.browser.network import intercept


@pytest.fixture
def held_back(till, shop):
    """A basket of 1.05, and the answers with the pane as the test lets them go."""
    till.scan(shop.codes[0])
    till.is_settled()
    answers = []
    intercept(till.page, "**/payment/*", lambda route: answers.append(route))
    return till, answers


def is_asked(till, answers, count=1):
    """Wait until the pane was asked for so many times."""
    while len(answers) < count:
        till.page.wait_for_timeout(20)


def arrives(till, answer):
    """Let the answer go, and wait until the page has dealt with it."""
    with till.page.expect_response("**/payment/*") as response:
        answer.continue_()
    response.value.finished()
    till.page.evaluate("new Promise((done) => setTimeout(done, 50))")


@pytest.mark.parametrize(("key", "view"), [("F4", "customer"), ("Escape", "sell")])
def test_a_key_wins_over_the_pane_that_comes_late(held_back, key, view):
    till, answers = held_back
    till.press("F9")
    is_asked(till, answers)
    till.press(key)
    arrives(till, answers[0])

    till.is_at(view)


@pytest.mark.exhaustive
def test_a_phone_number_never_goes_into_the_cash_amount(held_back, shop):
    till, answers = held_back
    till.press("F9")
    is_asked(till, answers)
    answers[0].continue_()
    till.is_at("payment")
    till.scan(shop.codes[1])
    is_asked(till, answers, 2)
    till.press("F4")
    type_text(till.page, "9123", delay=120)
    arrives(till, answers[1])
    type_text(till.page, "4567", delay=120)

    till.is_at("customer")
    expect(till.page.locator("[data-find]")).to_have_value("91234567")


@pytest.mark.exhaustive
def test_a_scan_keeps_the_way_to_pay_and_its_reference(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    reference = till.page.locator("#card-reference")
    reference.fill("A1234")
    type_text(till.page, "5", delay=120)
    till.may_take_payment()
    till.scan(shop.codes[1])
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.15")

    expect(reference).to_have_value("A12345")
    expect(reference).to_be_focused()
    till.may_take_payment()
    till.press("Enter")
    till.is_at("complete")
    (tender,) = Sale.objects.get().tenders.all()
    assert (tender.kind, tender.reference) == ("card", "A12345")


@pytest.mark.exhaustive
def test_a_scan_clears_the_amount_and_says_so(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "500", delay=120)
    till.may_take_payment()
    till.scan(shop.codes[1])

    expect(till.page.locator("[data-message=payment]")).to_contain_text(
        "Type the amount again"
    )
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$2.15")


@pytest.mark.exhaustive
def test_nothing_is_taken_on_the_due_of_an_older_basket(held_back, shop):
    till, answers = held_back
    till.press("F9")
    is_asked(till, answers)
    answers[0].continue_()
    till.is_at("payment")
    till.scan(shop.codes[1])
    is_asked(till, answers, 2)
    till.press("Enter")
    expect(till.page.locator("[data-message=payment]")).to_contain_text("has changed")
    assert not Sale.objects.finalized().exists()
    arrives(till, answers[1])

    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.15")


@pytest.mark.exhaustive
def test_a_way_chosen_just_before_is_the_one_taken(till, shop):
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.page.wait_for_timeout(450)

    # As fast as a scanner's keys: until the third they may be one.
    till.press("c", "n", "F9")

    till.is_at("complete")
    assert Tender.objects.get().kind == "card"


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
@pytest.mark.exhaustive
def test_the_work_area_reaches_the_bottom_of_the_window(till, shop, size):
    """On every pane: what is shown beside the basket later takes no row."""
    page = till.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    till.scan(shop.codes[0])
    till.is_settled()
    for key, view in (("F4", "customer"), ("F9", "payment")):
        till.press(key)
        till.is_at(view)
        for part in (".work", ".side-panel", ".rail"):
            box = page.locator(f".till > {part}").bounding_box()
            assert box["y"] + box["height"] == size[1], (view, part)
        till.press("Escape")
        till.is_at("sell")
