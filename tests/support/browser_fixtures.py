"""Browser fixtures: one Chromium for all tests, emptied after each of them."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.support.chromium import CHROMIUM, NO_CHROMIUM
from tests.support.node import NO_NODE
from tests.support.postgresql import NO_OLDEST


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Launch the distribution's Chromium; nothing is downloaded.

    All pages share one process, which keeps the scripts that it has compiled: a new
    page in a new process takes a quarter longer.
    """
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM)
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": ["--renderer-process-limit=1"],
    }


# Nothing of a page can be tapped before its scripts have run: a tap waits for them.
# They are deferred, so on a busy machine a page is there for a moment before they are.
UNTIL_SCRIPTS_RAN = """{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { pointer-events: none !important }");
  document.adoptedStyleSheets = [sheet];
  addEventListener("DOMContentLoaded", () => sheet.replaceSync(""));
}"""


@pytest.fixture(scope="session")
def shared_context(
    browser: Browser, live_server: LiveServer
) -> Iterator[BrowserContext]:
    """One context for all tests, so that scripts and styles stay in its cache."""
    with browser.new_context() as context:
        context.clock.install = refuse_clock
        context.add_init_script(UNTIL_SCRIPTS_RAN)
        yield context


def refuse_clock(*args: object, **kwargs: object) -> None:
    """A clock that was set once stays so in every later page of the context."""
    pytest.fail("Mark this test own_context: it sets the clock of its browser.")


@pytest.fixture(scope="session")
def clear_browser_storage(
    shared_context: BrowserContext, live_server: LiveServer
) -> Callable[[], None]:
    """Delete what the pages' scripts have stored.

    A page of the same origin clears localStorage: the process of the pages has a copy
    of it, which need not hear of what the browser deletes behind it.
    """
    page = shared_context.new_page()
    page.goto(f"{live_server.url}{reverse('healthz')}")
    devtools = shared_context.new_cdp_session(page)
    databases = {"origin": live_server.url, "storageTypes": "indexeddb"}

    def clear() -> None:
        page.evaluate("localStorage.clear()")
        devtools.send("Storage.clearDataForOrigin", databases)

    return clear


@pytest.fixture
def context(
    request: pytest.FixtureRequest,
    browser: Browser,
    shared_context: BrowserContext,
    clear_browser_storage: Callable[[], None],
) -> Iterator[BrowserContext]:
    """The shared context, without cookies, pages and storage of earlier tests.

    A test that is marked ``own_context`` has one that nothing is left of. It replaces
    pytest-playwright's own, whose options for traces and videos therefore have no
    effect.
    """
    if request.node.get_closest_marker("own_context"):
        with browser.new_context() as own:
            own.add_init_script(UNTIL_SCRIPTS_RAN)
            yield own
        return
    before = shared_context.pages
    yield shared_context
    shared_context.set_offline(False)
    shared_context.clear_cookies()
    for page in shared_context.pages:
        if page not in before:
            page.close()
    clear_browser_storage()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium its tests are skipped; in CI they run, and fail."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Counted by what is reported: the tests ran in other processes.
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr) for report in skipped]
    count = sum(NO_CHROMIUM in reason for reason in reasons)
    if count:
        terminalreporter.section("NOT TESTED IN A BROWSER", red=True, bold=True)
        terminalreporter.line(f"{count} browser tests did not run: {NO_CHROMIUM}.")
    if any(NO_NODE in reason for reason in reasons):
        terminalreporter.section("NOT TESTED IN NODE", red=True, bold=True)
        terminalreporter.line(f"The tests of the scripts did not run: {NO_NODE}.")
    if any(NO_OLDEST in reason for reason in reasons):
        terminalreporter.section("NOT TESTED ON THE OLDEST", red=True, bold=True)
        terminalreporter.line(f"Some tests did not run: {NO_OLDEST}.")
