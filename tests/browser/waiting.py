"""Waiting: until a script of the page has done something."""

from playwright.sync_api import Page

WAIT = """async () => {
  const end = Date.now() + 15_000;
  while (!(CONDITION)) {
    if (Date.now() > end) throw new Error("waited 15 s for CONDITION");
    await new Promise((done) => setTimeout(done, 10));
  }
}"""


def wait_until(page: Page, condition: str) -> None:
    """Wait until a condition in JavaScript is true.

    Playwright's `wait_for_function` asks a second time by `eval`, which the
    policy of our pages forbids: it works only where nothing has to be waited for.
    """
    page.evaluate(WAIT.replace("CONDITION", condition))
