"""Strip: messages are said in one place, and nothing else moves for them."""

import pytest
from playwright.sync_api import Page, expect

from sales.views import till as till_view
from tests.browser.look import find_overflow
from tests.browser.network import intercept
from tests.support.factories import CategoryFactory

SIZES = [(1366, 768), (1024, 768)]
# Everything that a person can see but the strip: what it is, and where.
PLACES = """() => {
  const parts = [...document.querySelectorAll(
    ".work :is(button, input, output, h1, a, kbd), .rail :is(a, button), .basket > *,"
    + " .basket :is(output, button), .paper-wrap")];
  return parts.filter((part) => part.checkVisibility()).map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return [part.tagName, x, y, width, height].join(" ");
  });
}"""
# What of a message lies outside the strip, or over another part of it.
SPILLS = """() => {
  const strip = document.querySelector("[data-messages]").getBoundingClientRect();
  const bars = [...document.querySelectorAll(".side-panel .message")];
  const shown = bars.filter((bar) => bar.checkVisibility());
  const parts = shown.flatMap((bar) => [bar, ...bar.children]);
  return parts.filter((part) => part.checkVisibility()).filter((part) => {
    const { top, bottom, right } = part.getBoundingClientRect();
    return top < strip.top || bottom > strip.bottom || right > strip.right;
  }).map((part) => part.outerHTML);
}"""


def say(page: Page, *names: str) -> None:
    """Say what nobody can provoke at once: with each of these a bar of the strip."""
    page.evaluate(
        """async (names) => {
          const { notify } = await import(
            document.querySelector("script[src*='js/till']").src
              .replace(/till.*/, "core/screen.js"));
          const said = {
            unknown: {
              level: "warn", stays: true,
              title: gettext("It is not known yet whether the basket before was paid"),
              detail: gettext("The till goes on asking. Nothing is paid twice."),
              choice: { label: gettext("Next basket"), act() {} },
            },
            store: {
              level: "warn", stays: true,
              title: gettext("The browser's storage does not answer."),
              detail: gettext(
                "Go on selling, and keep this page open until all is sent."),
            },
          };
          for (const name of names) notify(name, said[name]);
        }""",
        names,
    )


@pytest.mark.exhaustive
def test_a_receipt_that_is_not_printed_moves_nothing(till, shop):
    page = till.page
    intercept(page, "**/prints/", lambda route: route.abort())
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    notice = page.locator("[data-printing]")
    for view in ("complete", "sell"):
        before = page.evaluate(PLACES)
        till.press("Control+p")
        expect(notice).to_be_visible()
        assert page.evaluate(PLACES) == before
        assert page.evaluate(SPILLS) == []
        notice.get_by_role("button", name="Dismiss").click()
        expect(notice).to_have_count(0)
        assert page.evaluate(PLACES) == before
        if view == "complete":
            till.press("Enter")
            till.is_at("sell")


def test_what_the_server_puts_into_the_page_is_said_in_the_strip(
    till, shop, monkeypatch
):
    page = till.page
    before = page.evaluate(PLACES)
    refusal = (
        '<div class="message tone-danger" role="alert"><div>No such till.</div>'
        '<button type="button" data-dismiss>x</button></div>'
    )
    intercept(
        page,
        "**/products/tiles/**",
        lambda route: route.fulfill(
            status=422,
            body=refusal,
            content_type="text/html",
            headers={"HX-Retarget": "#alerts", "HX-Reswap": "innerHTML"},
        ),
    )
    page.get_by_role("tab", name="Pantry").click()
    shown = page.locator(".side-panel .message:visible")
    expect(shown).to_have_text("No such till.")
    shown.get_by_role("button", name="Dismiss").click()
    page.unroute("**/products/tiles/**")
    page.get_by_role("tab", name="Favourites").click()
    expect(page.locator(".tile")).to_have_count(24)
    assert page.evaluate(PLACES) == before

    # A wrong clock, too.
    monkeypatch.setattr(till_view, "minutes_ahead", lambda: -1440)
    till.open()
    expect(shown).to_contain_text("1440 min behind the database")
    assert page.evaluate(PLACES) == before


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_longest_message_covers_nothing_and_can_be_read(
    till, shop, context, monkeypatch, language
):
    page = till.page
    monkeypatch.setattr(till_view, "minutes_ahead", lambda: -1440)
    if language == "zh":
        page.get_by_role("button", name="简体中文").click()
        till.is_ready()
    else:
        till.open()
    shown = page.locator(".side-panel .message:visible")
    dialog = page.locator("[data-whole]")

    def is_good() -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(SPILLS) == []
            assert find_overflow(page) == []
            more = shown.locator("[data-more]")
            text = shown.locator("div")
            fits = "(text) => text.scrollHeight <= text.clientHeight"
            assert text.evaluate(fits) != more.is_visible()
            if more.is_visible():
                more.click()
                expect(dialog).to_contain_text(text.inner_text().splitlines()[0][:10])
                assert dialog.locator("p").evaluate("(p) => p.textContent") == (
                    text.evaluate("(text) => text.textContent")
                )
                till.press("Escape")
                expect(dialog).to_be_hidden()

    is_good()
    till.scan(shop.codes[0])
    till.is_settled()
    context.set_offline(True)
    till.scan(*shop.codes[1:4])
    expect(page.locator("[data-connection]").first).to_have_class("pill pill-warn")
    is_good()
    context.set_offline(False)
    till.is_settled()
    for name in ("store", "unknown"):
        say(page, name)
        is_good()
    second = context.new_page()
    second.set_viewport_size({"width": 1024, "height": 768})
    second.goto(till.url)
    expect(second.locator("[data-message=elsewhere]")).to_be_visible()
    assert second.evaluate(SPILLS) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("width", [1366, 1024])
def test_the_row_of_categories_shows_that_it_scrolls(till, shop, width):
    for i in range(20):
        CategoryFactory(company=shop.till.company, name=f"Category {i:02d}")
    page = till.page
    page.set_viewport_size({"width": width, "height": 768})
    # Where nothing is to move by itself, too.
    page.emulate_media(reduced_motion="reduce")
    till.open()
    fades = """() => {
      const look = getComputedStyle(document.querySelector("[role=tablist]"));
      const width = (end) => parseInt(look.getPropertyValue(end));
      return ["--before", "--after"].map(width);
    }"""
    tabs = page.get_by_role("tab")
    assert page.evaluate(fades) == [0, 40]
    tabs.last.focus()
    expect(tabs.last).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(50)
    assert page.evaluate(fades) == [40, 0]
    till.press("Enter")
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    till.press("Shift+Tab", "Shift+Tab")
    expect(tabs.nth(-3)).to_be_focused()
    page.wait_for_timeout(50)
    assert page.evaluate(fades)[0] == 40
