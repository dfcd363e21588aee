"""Glass: Chromium at the till, its processor throttled, and what a cashier waits for.

Times are taken in the page (``stopwatch.js``): from the event of a key or a tap to the
second frame after the change that it leads to.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.benchmark.demo import Selling
from tests.benchmark.machine import process_tree, usage, usage_between
from tests.browser.keys import SCANNER, press, scan
from tests.support.chromium import CHROMIUM

THROTTLE = 4
SIZE = {"width": 1366, "height": 768}
STOPWATCH = Path(__file__).with_name("stopwatch.js").read_text()
# Longer than a tap is ignored after the basket has changed, and about a person's pace.
PACE_MS = 400
SCANS = 5

# What is open where a key has opened it, and the key.
PANELS = {
    "payment": ("F9", '[data-pane="payment"]:not([hidden]) [data-act="take"]'),
    "customer": ("F4", '[data-pane="customer"]:not([hidden])'),
    "parked": ("Shift+F6", '[data-pane="parked"]:not([hidden])'),
    "discount": ("Shift+F8", "[data-ask-discount][open]"),
    "menu": ("F10", "[data-menu][open]"),
}
SETTLED = """() => stopwatch.until(
  () => !document.querySelector(".entry.waiting, [data-waits]"),
)"""
SPIN = """() => {
  const began = performance.now();
  for (let i = 0, x = 0; i < 5e6; i += 1) x += Math.sqrt(i);
  return performance.now() - began;
}"""


PATHS = """() => performance.getEntriesByType("resource").map(
  ({ name }) => new URL(name).pathname,
)"""
# A tile of what is sold by the piece and is there.
TILE = ".tile:not([aria-disabled]):not([data-price='']):not(:has(.tile-price small))"


@dataclass
class Figures:
    """Times in milliseconds by what was measured, and what others used meanwhile."""

    times: dict[str, list[float]] = field(
        default_factory=lambda: defaultdict(list[float])
    )
    seconds: float = 0
    foreign_seconds: float = 0
    shift: float = 0
    throttle: float = 0
    version: str = ""
    # What the page loads, by address.
    paths: list[str] = field(default_factory=list)

    @property
    def foreign_cores(self) -> float:
        return self.foreign_seconds / self.seconds if self.seconds else 0


class Glass:
    """A browser with one person at one till, who sells again and again."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        cookies: dict[str, str],
        selling: Selling,
        servers: list[int],
    ) -> None:
        self.browser = browser
        self.url = url
        self.cookies = cookies
        self.codes = selling.codes
        self.servers = servers
        self.figures = Figures(version=browser.version)

    def load_cold(self) -> None:
        """Open the till in a browser that has nothing of it yet, and scan."""
        with self._context() as context:
            self._load(self._page(context), "cold")

    def load_warm(self, times: int) -> None:
        """Open the till again and again in a browser that has been there before."""
        with self._context() as context:
            page = self._page(context)
            # What is compiled is kept at the second visit, and used from the third on.
            for _ in range(3):
                self._load(page, "")
            for _ in range(times):
                self._load(page, "warm")
            self.figures.paths = page.evaluate(PATHS)

    def sell(self, times: int) -> None:
        """Sell so many baskets, and open every panel with each of them."""
        with self._context() as context:
            page = self._page(context)
            self.figures.throttle = self._throttle(page)
            self._load(page, "")
            self._sale(page, record=False)
            for _ in range(times):
                with self._watched():
                    self._sale(page)
            self.figures.shift += page.evaluate("stopwatch.page.shift")

    # --- loading --------------------------------------------------------------

    def _load(self, page: Page, name: str) -> None:
        """Open the till, which scans as soon as it can; then pay that basket."""
        with self._watched():
            page.goto(f"{self.url}/till/", wait_until="commit")
            page.evaluate(
                "() => stopwatch.until(() => document.querySelector('.entry'))"
            )
            page.evaluate(SETTLED)
        if name:
            found = page.evaluate("stopwatch.page")
            self.figures.times[f"{name}: first scan"].append(found["accepted"])
            self.figures.shift += found["shift"]
        self._pay(page, record=False)

    @contextmanager
    def _context(self) -> Iterator[BrowserContext]:
        """A browser without anything stored, signed in at the till."""
        with self.browser.new_context(viewport=SIZE) as context:
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.url}
                    for name, value in self.cookies.items()
                ]
            )
            context.add_init_script(STOPWATCH)
            context.add_init_script(
                "if (location.pathname === '/till/')"
                f" stopwatch.scanFirst({SCANNER}, '{self.codes[-1]}');"
            )
            yield context

    def _page(self, context: BrowserContext) -> Page:
        """A page whose process is that of the till's, and is throttled."""
        page = context.new_page()
        page.goto(f"{self.url}/healthz")
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        return page

    def _throttle(self, page: Page) -> float:
        """Return how many times slower a script is than without throttling."""
        slow = min(page.evaluate(SPIN) for _ in range(3))
        free = self.browser.new_page()
        free.goto(f"{self.url}/healthz")
        quick = min(free.evaluate(SPIN) for _ in range(3))
        free.close()
        return float(slow / quick)

    # --- selling --------------------------------------------------------------

    def _sale(self, page: Page, *, record: bool = True) -> None:
        lines = 0
        for code in self.codes[:SCANS]:
            lines += 1
            self._time(
                page,
                "scan" if record else "",
                ("keydown", "Enter"),
                f"() => document.querySelectorAll('.entry').length === {lines}",
                lambda code=code: scan(page, code),
            )
        quantity = "document.querySelector('.entry.selected .line-quantity')"
        before = page.evaluate(f"{quantity}.textContent")
        self._time(
            page,
            "key" if record else "",
            ("keydown", "+"),
            f"() => {quantity}?.textContent !== {before!r}",
            lambda: press(page, "+"),
        )
        self._time(
            page,
            "tap" if record else "",
            ("click", None),
            f"() => document.querySelectorAll('.entry').length === {lines + 1}",
            page.locator(TILE).first.click,
        )
        for name, (key, shown) in PANELS.items():
            self._time(
                page,
                f"panel: {name}" if record else "",
                ("keydown", key.rpartition("+")[2]),
                f"() => document.querySelector('{shown}')",
                lambda key=key: press(page, key),
            )
            press(page, "Escape")
            page.wait_for_timeout(PACE_MS)
        self._pay(page, record=record)

    def _pay(self, page: Page, *, record: bool) -> None:
        """Take exact cash by one tap, and begin the next basket."""
        page.wait_for_timeout(PACE_MS)
        self._time(
            page,
            "quick cash" if record else "",
            ("click", None),
            "() => document.querySelector('[data-pane=complete]:not([hidden]) *')",
            page.locator("[data-act=quick]").first.click,
        )
        press(page, "Enter")
        page.locator("[data-pane=sell]").wait_for(state="visible")
        page.wait_for_timeout(PACE_MS)

    def _time(
        self,
        page: Page,
        name: str,
        event: tuple[str, str | None],
        condition: str,
        act: Callable[[], object],
    ) -> None:
        """Act, and note how long the page took to show it; then wait for the server."""
        kind, key = event
        page.evaluate(
            f"([kind, key]) => {{ stopwatch.start(kind, key, {condition}) }}",
            [kind, key],
        )
        act()
        took = page.evaluate("() => stopwatch.result")
        if name:
            self.figures.times[name].append(took)
        page.evaluate(SETTLED)
        page.wait_for_timeout(PACE_MS)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Add up what others have used of the processors meanwhile."""
        before = usage(ours=self._ours())
        yield
        used = usage_between(before, usage(ours=self._ours()))
        self.figures.seconds += used.seconds
        self.figures.foreign_seconds += used.foreign_cores * used.seconds

    def _ours(self) -> list[int]:
        trees = (process_tree(pid) for pid in (os.getpid(), *self.servers))
        return sorted({pid for tree in trees for pid in tree})


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()
