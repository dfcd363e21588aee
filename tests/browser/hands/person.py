"""Person: hurried, clumsy hands at a till, on a bad connection."""

from random import Random

from playwright.sync_api import Page

from tests.browser.conftest import TillPage
from tests.browser.hands.proxy import Fault, FaultyProxy

# Milliseconds between two keys of a person.
KEY = 90


class Person:
    """Does one thing after another; ``scanned`` has the names that were scanned.

    ``goods`` are names and codes, of which each is scanned once.
    """

    def __init__(
        self,
        till: TillPage,
        proxy: FaultyProxy,
        random: Random,
        goods: list[tuple[str, str]],
    ) -> None:
        self.till = till
        self.page: Page = till.page
        self.proxy = proxy
        self.random = random
        self.goods = goods
        self.scanned: list[str] = []
        self.done: list[str] = []

    def act(self) -> None:
        """Do something, as often as people do it."""
        acts = {
            self.scan: 6,
            self.charge: 4,
            self.confirm: 4,
            self.charge_and_confirm: 2,
            self.type_amount: 2,
            self.choose_way: 2,
            self.take_quick_cash: 1,
            self.go_elsewhere: 2,
            self.hold: 1,
            self.break_connection: 4,
            self.wait: 3,
        }
        act = self.random.choices(list(acts), list(acts.values()))[0]
        self.done.append(act.__name__)
        act()

    def _press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def scan(self) -> None:
        count = min(self.random.choice([1, 1, 2]), len(self.goods))
        for _ in range(count):
            name, code = self.goods.pop()
            self.scanned.append(name)
            self.till.scan(code)

    def charge(self) -> None:
        self._press("F9")

    def confirm(self) -> None:
        """Press Enter, sometimes twice within the time of one."""
        times = self.random.choice([1, 1, 2])
        self._press(*["Enter"] * times)

    def charge_and_confirm(self) -> None:
        self._press("F9")
        self.page.wait_for_timeout(self.random.choice([0, 80, 450]))
        self._press("Enter")

    def type_amount(self) -> None:
        # No part of these is the SKU of a product, where a slow page takes but a part.
        amount = self.random.choice(["500", "4000", "5000"])
        self.page.keyboard.type(amount, delay=KEY)

    def choose_way(self) -> None:
        self._press(self.random.choice("cnp"))

    def take_quick_cash(self) -> None:
        """Tap one of the sums that finish the sale, sometimes twice."""
        # A locator would wait for one that a late answer has just taken away.
        button = self.page.query_selector("[data-act=quick]")
        place = button.bounding_box() if button else None
        if place:
            x, y = place["x"] + 20, place["y"] + 20
            times = self.random.choice([1, 2])
            self.page.mouse.click(x, y, click_count=times, delay=20)

    def go_elsewhere(self) -> None:
        self._press(self.random.choice(["Escape", "F4", "F2"]))
        self.page.wait_for_timeout(KEY)
        self._press("Escape")

    def hold(self) -> None:
        """Hold a key until it repeats."""
        key = self.random.choice(["F9", "Enter"])
        for _ in range(5):
            self.page.keyboard.down(key)
            self.page.wait_for_timeout(30)
        self.page.keyboard.up(key)

    def break_connection(self) -> None:
        """What happens to the next one or two requests."""
        fault = self.random.choice(
            [
                Fault(delay=0.3),
                Fault(delay=0.9),
                Fault(lost=True),
                Fault(aborted=True),
                Fault(delay=0.4, lost=True),
            ]
        )
        self.proxy.faults.extend([fault] * self.random.choice([1, 2]))

    def wait(self) -> None:
        self.page.wait_for_timeout(self.random.choice([100, 400, 700]))
