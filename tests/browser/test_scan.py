"""Scanner: a scan is for the basket, wherever the focus is.

How a scanner is recognized is tested in tests/js/scan_detector.test.mjs.
"""

import pytest
from playwright.sync_api import expect

from sales.models import Sale
from tests.browser.keys import type_text


@pytest.mark.exhaustive
def test_a_scan_leaves_nothing_in_a_search_already_typed(till, shop):
    type_text(till.page, "tin", delay=120)
    till.page.wait_for_timeout(300)

    till.scan(shop.codes[0])

    till.has_names(shop.names[0])
    expect(till.page.locator("[data-scan]")).to_have_value("tin")


def test_a_scan_over_a_button_presses_nothing(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.page.locator("[data-act=clear]").focus()

    till.scan(shop.codes[1])

    till.has_names(*shop.names[:2])
    expect(till.page.locator("[data-scan]")).to_have_value("")


def test_a_scan_into_a_question_is_for_the_basket(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F7")
    type_text(till.page, "4", delay=120)
    till.page.wait_for_timeout(300)

    till.scan(shop.codes[1])
    expect(till.page.get_by_role("dialog").get_by_role("textbox")).to_have_value("4")
    till.press("Enter")

    till.has_names(*shop.names[:2])
    till.has_quantities("4", "1")


def test_a_quantity_and_a_scan_right_after_it_are_two_things(till, shop):
    till.type("3*")
    till.scan(shop.codes[0])

    till.has_names(shop.names[0])
    till.has_quantities("3")


def test_a_typed_code_is_added_by_enter(till, shop):
    type_text(till.page, shop.codes[7], delay=60)
    till.press("Enter")

    till.has_names(shop.names[7])


# One slow key in the middle; Enter after so many milliseconds.
INTO_AN_AMOUNT = """async ([code, enter]) => {
  let time = performance.now();
  const press = (key) => {
    const digit = /^[0-9]$/.test(key) ? `Digit${key}` : "";
    const options = { key, code: digit, bubbles: true, cancelable: true };
    const event = new KeyboardEvent("keydown", options);
    Object.defineProperty(event, "timeStamp", { value: time });
    document.activeElement.dispatchEvent(event);
  };
  for (const [i, key] of [...code].entries()) {
    time += i === 6 ? 106 : 8;
    press(key);
  }
  if (enter > 150) await new Promise((resolve) => setTimeout(resolve, enter));
  time += enter;
  press("Enter");
}"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("enter", [8, 400], ids=["at once", "late"])
def test_a_scan_pays_nothing_and_never_stays_in_the_amount(till, shop, enter):
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.page.wait_for_timeout(300)

    till.page.evaluate(INTO_AN_AMOUNT, [shop.codes[1], enter])

    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.15")
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$2.15")
    till.is_at("payment")
    till.has_names(*shop.names[:2])
    assert not Sale.objects.finalized().exists()
