"""Keys: pressed once the page's scripts are there, by a person or by a scanner."""

from playwright.sync_api import Locator, Page

# Milliseconds between two keys. Three keys within 20 each are a scanner's.
PERSON = 90

# Keys have the times that a scanner gives them, however busy this machine is. The
# layout gives the physical key of a character, where it is not the one of a US layout.
SCANNER = """async ([codes, pause, end, layout]) => {
  let time = 0;
  for (const [place, code] of codes.entries()) {
    if (place) await new Promise((resolve) => setTimeout(resolve, pause));
    time = Math.max(time + pause, performance.now());
    for (const key of [...code, ...end]) {
      const digit = /^[0-9]$/.test(key) ? `Digit${key}` : "";
      const target = document.activeElement ?? document.body;
      const code = layout[key] ?? digit;
      const shiftKey = /^[A-Z]$/.test(key);
      const options = { key, code, shiftKey, bubbles: true, cancelable: true };
      const event = new KeyboardEvent("keydown", options);
      Object.defineProperty(event, "timeStamp", { value: (time += 2) });
      const goesOn = target.dispatchEvent(event);
      if (goesOn && key.length === 1) document.execCommand("insertText", false, key);
    }
  }
  // The last key is in the past before another one comes. Not waited for here: a scan
  // may lead to another page.
  return Math.max(time + 25 - performance.now(), pause);
}"""


def scan(
    page: Page,
    *codes: str,
    pause: int = 0,
    end: tuple[str, ...] = ("Enter",),
    layout: dict[str, str] | None = None,
) -> None:
    """Keys as fast as a scanner's, wherever the focus is; then the pause in ms.

    Made inside the page: on a busy machine keys from outside arrive so late
    that they look like a person's.
    """
    left = page.evaluate(SCANNER, [codes, pause, list(end), layout or {}])
    page.wait_for_timeout(left)


# A text that is put in whole, and Enter before the page can have asked for anything.
AT_ONCE = """(text) => {
  document.execCommand("insertText", false, text);
  const options = { key: "Enter", bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
}"""


def enter_at_once(page: Page, text: str) -> None:
    """Put a text into the field that has the focus, and press Enter, with no pause."""
    page.evaluate(AT_ONCE, text)


def press(page: Page, *keys: str) -> None:
    """Press keys as soon as the page has loaded its scripts."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def tap(control: Locator) -> None:
    """Tap on a control of a page that comes, as soon as it has loaded its scripts."""
    control.wait_for()
    control.page.wait_for_load_state()
    control.click()


def type_text(page: Page, text: str, *, delay: int = PERSON) -> None:
    """Type at a person's speed, as soon as the page has loaded its scripts."""
    page.wait_for_load_state()
    page.keyboard.type(text, delay=delay)


def hold(page: Page, key: str, *, repeats: int = 10) -> None:
    """Hold a key down, which repeats it."""
    page.wait_for_load_state()
    for _ in range(1 + repeats):
        page.keyboard.down(key)
    page.keyboard.up(key)
