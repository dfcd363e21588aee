"""A scanner is told from a person, wherever the keys go."""

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from sales.models import Sale

# Gaps between keys in milliseconds, and the gap before Enter.
SCANNERS = {
    "a usual one": ([8] * 12, 8),
    "a slow one": ([16] * 12, 16),
    "one by Bluetooth, with a hiccup": ([30, 32, 60, 30, 28, 31, 79, 30], 31),
    "one with a slow key": ([8, 7, 106, 8, 9, 8, 7, 8, 8, 8, 7, 8], 8),
    "one whose Enter comes late": ([8] * 12, 400),
    "the shortest code": ([8] * 5, 8),
}
PEOPLE = {
    "a fast typist": ([60, 75, 90, 62, 70, 81, 66, 73], 120),
    "a very fast one": ([45, 40, 50, 38, 44, 47, 52, 41], 60),
    "too short a code": ([8] * 4, 8),
    "one who presses Enter a good while after a scan": ([8] * 12, 1200),
    "one with a pause in it": ([8] * 3 + [200] + [8] * 3, 8),
    "one who rolls over two keys": ([10, 90, 9, 110, 12, 95, 11, 88], 90),
}
JUDGE = """async ([source, gaps, last]) => {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { Recognizer } = await import(address);
  const recognizer = new Recognizer();
  let time = 1000;
  recognizer.key("0", time);
  for (const [i, gap] of gaps.entries()) {
    time += gap;
    recognizer.key(String((i + 1) % 10), time);
  }
  return recognizer.end(time + last);
}"""


@pytest.fixture
def judge(page):
    """What the recognizer makes of these gaps; no server is needed for that."""
    with open(finders.find("js/core/scanner.js")) as module:  # noqa: PTH123
        source = module.read()

    def judge(gaps, last):
        return page.evaluate(JUDGE, [source, gaps, last])

    return judge


@pytest.mark.parametrize(("gaps", "last"), SCANNERS.values(), ids=SCANNERS)
def test_a_scanner_is_known(judge, gaps, last):
    code = judge(gaps, last)

    assert code == "".join(str(i % 10) for i in range(len(gaps) + 1))


@pytest.mark.parametrize(("gaps", "last"), PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_no_scanner(judge, gaps, last):
    assert judge(gaps, last) is None


def test_a_scan_leaves_nothing_in_the_search_that_was_begun(till, shop):
    till.page.keyboard.type("tin", delay=120)
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
    till.page.keyboard.type("4", delay=120)
    till.page.wait_for_timeout(300)

    till.scan(shop.codes[1])
    expect(till.page.get_by_role("dialog").get_by_role("textbox")).to_have_value("4")
    till.press("Enter")

    till.has_names(*shop.names[:2])
    till.has_quantities("4", "1")


def test_a_quantity_and_a_scan_right_after_it_are_two_things(till, shop):
    till.page.keyboard.type("3*", delay=20)
    till.scan(shop.codes[0])

    till.has_names(shop.names[0])
    till.has_quantities("3")


def test_a_typed_code_is_added_by_enter(till, shop):
    till.page.keyboard.type(shop.codes[7], delay=60)
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
  const typed = document.querySelector("[data-text=typed]").textContent;
  time += enter;
  press("Enter");
  return typed;
}"""


@pytest.mark.parametrize("enter", [8, 400], ids=["at once", "late"])
def test_a_scan_pays_nothing_and_never_stays_in_the_amount(till, shop, enter):
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.page.wait_for_timeout(300)

    typed = till.page.evaluate(INTO_AN_AMOUNT, [shop.codes[1], enter])

    if enter > 150:
        assert typed == "S$1.05"
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.15")
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$2.15")
    till.is_at("payment")
    till.has_names(*shop.names[:2])
    assert not Sale.objects.finalized().exists()
