"""Reports in a browser: charts of their tables, figures that open, looks and policy."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from pos.models import Product
from tests.browser.keys import press
from tests.browser.look import FAULTS, faults_of
from tests.support.owners import browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.shift_figures import close, taxed_shift

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.no_books_check,
    pytest.mark.exhaustive,
]

SIZES = [(1366, 768), (1024, 768), (390, 844)]
THEMES = ["light", "dark"]
REPORTS = (
    *("days", "hours", "products", "categories", "staff", "tenders", "taxes"),
    *("reasons", "refunds", "customers", "stock"),
)
DAYS = "?from=2026-03-02&to=2026-03-08&compare=before"
DRAWN = "() => [...document.querySelectorAll('canvas')].map((one) => one.width)"
PICTURE = "() => document.querySelector('canvas').toDataURL()"


@pytest.fixture
def shift(transactional_db: None):
    """Three days of sales, the last of them today."""
    shift = taxed_shift(name="Seng Poh Provisions")
    for day, price in ((2, "10.90"), (3, "21.80"), (7, "1234.50")):
        for hour in range(3):
            at = datetime(2026, 3, day, hour, tzinfo=UTC).isoformat()
            sell_at(shift, price, at, cost=Decimal("4.00"), name=f"Kopi {price}")
    close(shift)
    return shift


@pytest.fixture
def office(shift, live_server, context, page: Page) -> Iterator[Page]:
    """A page of an owner's, on which nothing may fail quietly."""
    owner = make_reader(shift.company, name="Koh Siew Lan", is_superuser=True)
    cookie = browser_of(owner).cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    complaints: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(f"{page.url}: {said.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    yield page
    assert complaints == []


def visit(office: Page, live_server, path: str) -> None:
    answer = office.goto(live_server.url + path)
    assert answer.status == 200, path
    office.wait_for_load_state("networkidle")


@pytest.mark.exhaustive
@pytest.mark.parametrize(("size", "theme"), [*product(SIZES, THEMES)])
def test_every_page_is_good_in_every_look(office, live_server, size, theme):
    office.set_viewport_size({"width": size[0], "height": size[1]})
    office.emulate_media(color_scheme=theme, reduced_motion="reduce")
    pages = ["/overview/?period=this-year", "/overview/"]
    pages += [f"/reports/{name}/{DAYS}" for name in REPORTS]
    faults = []
    for path in pages:
        visit(office, live_server, path)
        faults += [(path, fault) for fault in faults_of(office)]

    assert faults == []


def test_the_overview_is_good_in_one_look(office, live_server):
    office.emulate_media(color_scheme="dark", reduced_motion="reduce")
    visit(office, live_server, f"/overview/{DAYS}")

    assert faults_of(office) == []


def test_the_chart_is_drawn_from_the_table_beside_it(office, live_server):
    visit(office, live_server, f"/reports/days/{DAYS}")

    [width] = office.evaluate(DRAWN)
    assert width > 300
    before = office.evaluate(PICTURE)
    # Drawn again from other cells: another picture.
    office.evaluate(
        """async () => {
          for (const cell of document.querySelectorAll("#table-days [data-value]")) {
            if (Number(cell.dataset.value)) cell.dataset.value = "0";
          }
          document.documentElement.dataset.theme = "light";
        }"""
    )
    expect(office.locator("canvas")).to_be_visible()
    office.wait_for_function(f"({PICTURE})() !== {before!r}")


def test_the_chart_follows_the_theme_and_paper(office, live_server):
    office.emulate_media(color_scheme="light", reduced_motion="reduce")
    visit(office, live_server, f"/reports/days/{DAYS}")
    light = office.evaluate(PICTURE)

    office.get_by_role("button", name="Theme").click()
    office.wait_for_function(f"({PICTURE})() !== {light!r}")
    dark = office.evaluate(PICTURE)
    office.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert office.locator("html").get_attribute("data-theme") == "light"
    assert office.evaluate(PICTURE) != dark
    office.evaluate("dispatchEvent(new Event('afterprint'))")
    assert office.locator("html").get_attribute("data-theme") == "dark"


def test_a_period_is_chosen_by_keyboard(office, live_server):
    visit(office, live_server, "/reports/days/")

    office.locator("details.period summary").focus()
    press(office, "Enter")
    office.get_by_label("From").fill("2026-03-02")
    office.get_by_label("To", exact=True).fill("2026-03-03")
    office.get_by_role("button", name="Show", exact=True).focus()
    with office.expect_navigation():
        press(office, "Enter")

    assert "from=2026-03-02" in office.url
    expect(office.locator("#table-days tbody tr")).to_have_count(2)
    expect(office.locator("#table-days tfoot")).to_contain_text("98.10")


def test_the_panel_of_the_period_closes_with_escape(office, live_server):
    visit(office, live_server, "/reports/days/")
    summary = office.locator("details.period summary")

    summary.click()
    expect(office.get_by_label("From")).to_be_visible()
    press(office, "Escape")

    expect(office.get_by_label("From")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_figure_opens_its_receipts_and_one_of_them(office, live_server):
    visit(office, live_server, f"/reports/days/{DAYS}")

    with office.expect_navigation():
        office.locator("#table-days tfoot .headline a").click()

    expect(office.locator("main")).to_contain_text("9 receipts come to 3,801.60")


def test_the_file_adds_up_to_the_page(office, live_server, tmp_path: Path):
    visit(office, live_server, f"/reports/days/{DAYS}")

    with office.expect_download() as download:
        office.get_by_role("button", name="CSV").click()
    path = tmp_path / "days.csv"
    download.value.save_as(path)

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    *days, total = [Decimal(row["Sales"]) for row in rows]
    assert sum(days) == total == Decimal("3801.60")


def test_the_overview_is_asked_for_again(office, live_server):
    visit(office, live_server, "/overview/")
    expect(office.locator(".overview-figures")).to_contain_text("S$0.00")
    with office.expect_response("**/overview/"):
        office.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")

    expect(office.locator(".overview-figures")).to_be_visible()


def test_what_is_asked_for_again_has_its_dates_and_leaves_the_keyboard(
    office, live_server
):
    visit(office, live_server, f"/overview/{DAYS}")
    link = office.locator(".overview-figures a").first
    link.focus()
    heading = office.get_by_role("heading", level=1)
    said = heading.text_content()
    heading.evaluate("one => one.textContent = 'A day before'")
    office.evaluate("document.querySelector('.overview-figures').dataset.is = 'old'")

    office.evaluate("htmx.trigger('[data-refreshes]', 'refresh')")

    expect(office.locator("[data-is=old]")).to_have_count(0)
    expect(heading).to_have_count(1)
    expect(heading).to_have_text(said)
    expect(link).to_be_focused()


def test_a_bar_says_what_its_cell_does(office, live_server):
    visit(office, live_server, f"/reports/days/{DAYS}")
    canvas = office.locator("canvas")

    shown = canvas.evaluate(
        """(one) => {
          const chart = Chart.getChart(one);
          const { label } = chart.options.plugins.tooltip.callbacks;
          const place = chart.data.datasets.findIndex(({ isBefore }) => !isBefore);
          return label({ dataset: chart.data.datasets[place], dataIndex: 0 });
        }"""
    )

    column = office.locator("#table-days thead th.headline").text_content()
    oldest = office.locator("#table-days tbody tr").last.locator("td.headline")
    assert column in shown
    assert oldest.text_content() in shown


def test_figures_fit_on_paper(office, live_server):
    visit(office, live_server, f"/reports/days/{DAYS}")

    office.emulate_media(media="print")

    expect(office.locator("nav.places")).to_be_hidden()
    expect(office.get_by_role("button", name="CSV")).to_be_hidden()
    expect(office.locator("#table-days")).to_be_visible()
    expect(office.locator(".print-only")).to_be_visible()


# How far the table is scrolled, where its first column is, and whether it ends
# in a fade.
SCROLLED = """(place) => {
  const box = document.querySelector("#table-staff").parentElement;
  box.scrollLeft = place * (box.scrollWidth - box.clientWidth);
  return new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const name = box.querySelector("tbody th").getBoundingClientRect();
    const isFaded = getComputedStyle(box).getPropertyValue("--more") !== "0px";
    tell([box.scrollLeft, name.left - box.getBoundingClientRect().left, isFaded]);
  })));
}"""


def test_a_wide_table_keeps_its_first_column_and_shows_that_there_is_more(
    office, live_server
):
    office.set_viewport_size({"width": 1024, "height": 768})
    visit(office, live_server, f"/reports/staff/{DAYS}")

    assert office.evaluate(SCROLLED, 0) == [0, 20, True]
    far, place, is_faded = office.evaluate(SCROLLED, 1)
    assert far > 20
    assert (place, is_faded) == (20, False)

    # A table that is as wide as its card ends in nothing.
    office.set_viewport_size({"width": 1900, "height": 768})
    assert office.evaluate(SCROLLED, 1) == [0, 20, False]


def test_a_phone_names_every_place_in_a_menu(office, live_server):
    office.set_viewport_size({"width": 390, "height": 844})
    visit(office, live_server, f"/reports/days/{DAYS}")
    bar, places = office.locator(".places-bar"), office.locator("nav.places")
    expect(places).to_be_hidden()
    assert faults_of(office) == []
    assert bar.evaluate("(one) => one.scrollWidth <= innerWidth")
    expect(bar.get_by_text("Reports")).to_be_visible()

    menu = bar.get_by_role("button", name="Menu")
    menu.focus()
    press(office, "Enter")
    for name in ("Settings", "Ledgers", "Theme", "简体中文", "Sign out"):
        expect(places.get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)
    assert office.evaluate(FAULTS) == []
    press(office, "Tab")
    assert places.evaluate("(one) => one.contains(document.activeElement)")

    press(office, "Escape")
    expect(places).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_name_too_long_for_a_chart_ends_with_an_ellipsis(office, live_server):
    name = "Salted Egg Crisps with Curry Leaves 80 g"
    Product.objects.filter(name="Kopi 21.80").update(name=name)
    office.set_viewport_size({"width": 390, "height": 844})
    visit(office, live_server, f"/reports/products/{DAYS}")

    written = office.locator("canvas").evaluate(
        "(one) => Chart.getChart(one).scales.y.ticks.map(({ label }) => label)"
    )

    [cut] = {label for label in written if label.startswith("Salted")}
    assert cut.endswith("…")
    assert name.startswith(cut.removesuffix("…"))
    assert "Kopi 10.90" in written
