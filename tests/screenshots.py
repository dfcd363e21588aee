"""Screenshots: ``python -m tests.screenshots`` makes the README's pictures.

A demo shop on a throw-away cluster, always at the same minute, so that a picture
changes only when the page does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import time_machine
from playwright.sync_api import Page, expect, sync_playwright

import tests.support.environment  # noqa: F401  # before the settings are read
from tests.benchmark.database import benchmark_cluster, connect_django, environment_of
from tests.support.chromium import CHROMIUM

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "img"
MOMENT = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)
# More than a week: the overview compares with the same weekday before.
DAYS = 9
SIZE = {"width": 1366, "height": 768}
# Pages of the back office, by the name of their picture.
OFFICE = {
    "limits": "/admin/pos/limit/",
    "trail": "/admin/pos/auditentry/",
    "overview": "/overview/",
    "report": "/reports/products/?period=this-month",
}


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with (
        benchmark_cluster() as cluster,
        time_machine.travel(MOMENT, tick=True),
    ):
        os.environ["TILLKEEPER_DEMO"] = "true"
        # The demo's people have their PINs where there is a key for them.
        os.environ["PIN_KEY"] = token_urlsafe()
        connect_django(environment_of(cluster))
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        use_set_clock()
        today = MOMENT.date().isoformat()
        options = [f"--today={today}", f"--days={DAYS}"]
        call_command("create_demo_shop", *options, verbosity=0)
        with served() as address:
            for theme in ("light", "dark"):
                with browser(theme) as page:
                    photograph(page, address, folder, theme)
    return 0


def use_set_clock() -> None:
    """Documents have the time that is set, and not the database's."""
    from pos.core import clock

    clock.clock_sql = lambda: f"timestamptz '{datetime.now(UTC).isoformat()}'"


@contextmanager
def served() -> Iterator[str]:
    """The pages, in a thread of this process, whose clock is set."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


@contextmanager
def browser(theme: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--font-render-hinting=none"],
        )
        page = chromium.new_page(
            viewport=SIZE, color_scheme=theme, reduced_motion="reduce"
        )
        page.clock.set_fixed_time(MOMENT)
        yield page
        chromium.close()


def photograph(page: Page, address: str, folder: Path, theme: str) -> None:
    """From signing in to the back office; in the dark up to the receipt."""

    def picture(name: str) -> None:
        page.wait_for_load_state("networkidle")
        suffix = "-dark" if theme == "dark" else ""
        page.screenshot(path=folder / f"{name}{suffix}.png", animations="disabled")

    page.goto(f"{address}/sign-in/?next=/till/")
    page.get_by_role("button", name="Mei Ling").click()
    if theme == "light":
        picture("sign-in")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/till/choice/")
    page.get_by_role("button", name="Till 2").click()
    begin_shift(page)
    fill_basket(page)
    picture("till")
    page.keyboard.press("Control+l")
    page.locator("[data-pane=locked] [data-pin]").wait_for()
    picture("lock")
    from pos.access.demo_staff import MEI_LING, OWNER_OF_SHOP

    unlock(page, MEI_LING.pin)
    ask_for_approval(page)
    picture("approval")
    # It, and the question for the discount.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    ask_for_age(page)
    picture("age")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".entry", has_text="Lager")).to_have_count(1)
    pay_by_voucher(page)
    picture("voucher")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.locator("[data-sum]").nth(-2).click()
    # The button shows when it is ready.
    expect(page.locator("[data-act=take][aria-disabled]")).to_have_count(0)
    picture("payment")
    page.keyboard.press("Enter")
    page.locator("[data-finished]").wait_for()
    expect(page.locator(".paper .barcode")).to_have_js_property("complete", True)
    picture("complete")
    if theme == "dark":
        sign_in(page, address, OWNER_OF_SHOP.name)
        page.goto(f"{address}{OFFICE['overview']}")
        picture("overview")
        return
    page.get_by_role("link", name="Show in receipts").click()
    picture("receipts")
    page.goto(f"{address}/till/")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.keyboard.press("Control+l")
    page.locator("[data-pane=locked]").get_by_role("button", name="Sign out").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Hafiz").click()
    picture("pin")
    sign_in(page, address, OWNER_OF_SHOP.name)
    for name, path in OFFICE.items():
        page.goto(f"{address}{path}")
        picture(name)


def unlock(page: Page, pin: str) -> None:
    """Open the locked till with the PIN of who is there."""
    page.keyboard.type(pin, delay=80)
    page.locator("[data-pane=sell]").wait_for(state="visible")
    page.wait_for_selector("html[data-ready]", state="attached")


def ask_for_approval(page: Page) -> None:
    """Ask for a discount that a cashier does not give alone."""
    page.keyboard.press("F8")
    question = page.locator("[data-ask-discount]")
    question.wait_for()
    page.keyboard.type("24", delay=120)
    question.get_by_role("button", name="Damaged").click()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Approve a discount").wait_for()


def ask_for_age(page: Page) -> None:
    """Add beer by its code, as a person types it."""
    page.keyboard.press("F2")
    page.keyboard.type("LAG330", delay=120)
    page.keyboard.press("Enter")
    page.locator("[data-question][open]").wait_for(timeout=10_000)


def pay_by_voucher(page: Page) -> None:
    """Offer a voucher that is worth more than the goods that it may pay."""
    page.keyboard.press("F9")
    page.locator("[data-pane=payment]").wait_for(state="visible")
    page.keyboard.press("v")
    page.keyboard.type("4000", delay=120)
    expect(page.locator("[data-act=take][aria-disabled]")).to_have_count(0)
    page.keyboard.press("Enter")
    page.locator("[data-ask-cut][open]").wait_for()


def sign_in(page: Page, address: str, name: str) -> None:
    """Sign in with the demo's password, which is filled in."""
    page.goto(f"{address}/sign-in/?by=password&next=/admin/")
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_load_state("networkidle")


def begin_shift(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    if page.locator("[data-propose]").count():
        page.keyboard.press("F9")
    page.wait_for_selector("html[data-ready]", state="attached")


def fill_basket(page: Page) -> None:
    """A customer and six lines, the last one by its barcode."""
    for name in ("Pandan Chiffon", "Kampong Eggs", "Kampong Eggs", "Fresh Milk"):
        page.locator(".tile", has_text=name).click()
    page.locator(".tile", has_text="Cavendish").click()
    page.keyboard.type("0.842", delay=60)
    page.keyboard.press("Enter")
    for _ in range(3):
        page.locator(".tile", has_text="Curry Puff").click()
    page.locator(".tile", has_text="Kopi-O Bags").click()
    page.keyboard.press("F4")
    # As a person types: faster, it is a scanner.
    page.keyboard.type("Lim Wei Jie", delay=60)
    page.locator("[data-attach-customer]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("[data-pane=sell]").wait_for(state="visible")
    page.locator(".entry").nth(5).wait_for()
    expect(page.locator(".entry.waiting, [data-waits]")).to_have_count(
        0, timeout=30_000
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
