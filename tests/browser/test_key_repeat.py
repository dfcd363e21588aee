"""Key repeat: a key held down acts once, and no early key takes money."""

import pytest
from playwright.sync_api import expect

from sales.models import Sale
from tests.browser.keys import hold

# Which pane is shown once F9 has opened it, whether its button waits, and which pane is
# shown after Enter, F9 and a tap.
EARLY = """async () => {
  const till = document.querySelector("[data-view]");
  const opened = new Promise((resolve) => document.addEventListener("pane", resolve));
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
  press("F9");
  await opened;
  await new Promise((resolve) => setTimeout(resolve));
  const { view } = till.dataset;
  const take = document.querySelector("[data-act=take]");
  const { ariaDisabled } = take;
  press("Enter");
  press("F9");
  take.click();
  await new Promise((resolve) => setTimeout(resolve, 700));
  return [view, ariaDisabled, till.dataset.view];
}"""


def test_a_held_key_acts_once(till, shop):
    till.scan(shop.codes[0], shop.codes[1])
    till.is_settled()

    hold(till.page, "+")
    till.has_quantities("1", "2")
    hold(till.page, "Delete")
    till.has_names(shop.names[0])
    hold(till.page, "F9")
    till.is_at("payment")
    hold(till.page, "5")
    expect(till.page.locator("[data-text=typed]")).to_have_text("S$0.05")
    assert not Sale.objects.finalized().exists()


@pytest.mark.exhaustive
def test_an_early_key_is_dropped_and_the_button_shows_when_it_is_ready(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    # As soon as the pane is there, however slow this machine is.
    early = till.page.evaluate(EARLY)

    assert early == ["payment", "true", "payment"]
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
