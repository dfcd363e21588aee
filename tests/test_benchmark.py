"""Benchmark: its arithmetic, and that all implementations write the same rows."""

import random

import pytest

from pos.models import Till
from sales.checkout.fiscal_text import sale_text
from sales.models import Sale
from tests.benchmark import against, books, figures, goals, machine, reports
from tests.benchmark.baskets import BasketMaker, open_baskets
from tests.benchmark.figures import Measure
from tests.benchmark.finalizing import NAMES, rotate
from tests.benchmark.glass import STOPWATCH
from tests.benchmark.implementations import bare_connection, implementations
from tests.benchmark.shop import make_benchmark_shop
from tests.browser.keys import press


def a_measure(
    per_second: float, *, cpu_ms: float = 3, is_disturbed: bool = False
) -> Measure:
    return Measure(per_second, 1, 2, {"client": cpu_ms}, 0.1, is_disturbed)


def test_a_percentile_is_one_of_the_values():
    values = [*range(1, 201)]

    assert figures.percentile(values, 0.5) == 100
    assert figures.percentile(values, 0.99) == 198
    assert figures.percentile([7], 0.99) == 7


def test_ratios_are_taken_round_by_round():
    slow_then_fast = [a_measure(50), a_measure(100), a_measure(110)]
    alike = [a_measure(100), a_measure(200), a_measure(200)]

    assert figures.ratio(slow_then_fast, alike) == 0.5


def test_who_needs_twice_the_processor_time_is_half_as_fast():
    assert figures.cpu_ratio([a_measure(1, cpu_ms=4)], [a_measure(9, cpu_ms=2)]) == 0.5


def test_pages_are_compared_round_by_round_with_those_before():
    def run(web, database):
        cpu_ms = {"client": 1.0, "web": web, "database": database}
        return {"pages": {"minutes": {"cpu_ms": cpu_ms, "foreign_cores": 0.1}}}

    text = against.text_of(
        [run(100.0, 20.0), run(200.0, 40.0)], [run(50.0, 20.0), run(50.0, 10.0)]
    )

    assert text.splitlines()[1].split()[-6:] == [
        *("150.00", "50.00", "0.38"),
        *("180.00", "65.00", "0.42"),
    ]


def test_a_figure_is_disturbed_when_most_of_its_runs_were():
    runs = [a_measure(10), a_measure(30, is_disturbed=True), a_measure(20)]

    assert figures.median_of(runs).per_second == 20
    assert not figures.median_of(runs).is_disturbed
    assert figures.median_of(runs[1:2]).is_disturbed


def test_a_month_of_big_books_has_fifty_thousand_sales():
    for sales in (100_000, 1_000_000, 5_000_000):
        weeks = reports.weeks_of(sales)
        assert weeks <= 52
        assert sales / weeks * 31 / 7 >= reports.MONTH_SALES


def test_a_page_is_slow_where_one_of_twenty_takes_longer_than_it_may():
    page = reports.Page("days", "/reports/days/")
    times = [100.0] * 19 + [400.0]

    assert not reports.Timing(page, "month", times, 9, 0).is_slow
    assert reports.Timing(page, "month", [*times, 400.0], 9, 0).is_slow
    assert not reports.Timing(page, "year", [*times, 400.0], 9, 0).is_slow


def test_a_goal_is_missed_where_one_of_twenty_waits_longer():
    times = [90.0] * 19 + [400.0]

    [kept] = goals.compare_times({"scan": times})
    [missed] = goals.compare_times({"panel: payment": [*times, 400.0]})

    assert kept.columns == ["scan", "90", "90", "400", "100", "20", ""]
    assert missed.columns == [
        "panel: payment",
        "90",
        "400",
        "400",
        "120",
        "21",
        "missed",
    ]


def test_every_byte_and_every_shift_beyond_its_goal_is_missed():
    kept = goals.compare_weight("styles", 2048, 2048, 3)

    assert kept.columns == ["styles", "", "2.0 KB", "", "2 KB", "3", ""]
    assert goals.compare_weight("styles", 2049, 2048, 3).is_missed
    assert not goals.compare_weight("htmx", 2049, None, 1).is_missed
    assert goals.compare_shift(0.0001).is_missed
    assert not goals.compare_shift(0).is_missed


LATE_ANSWER = """() => {
  const show = () => document.body.append("shown");
  addEventListener("keydown", ({ key }) => key === "a" && setTimeout(show, 200));
  stopwatch.start("keydown", "a", () => document.body.textContent.includes("shown"));
}"""


def test_the_stopwatch_runs_from_the_key_to_what_it_shows(live_server, page):
    page.add_init_script(STOPWATCH)
    page.goto(f"{live_server.url}/healthz")
    page.evaluate(LATE_ANSWER)

    press(page, "b", "a")

    assert 200 <= page.evaluate("() => stopwatch.result") < 10_000


def test_nobody_is_always_first():
    assert [rotate("abc", turn)[0] for turn in range(4)] == ["a", "b", "c", "a"]


def test_reads_processor_time():
    ticks = machine.TICKS
    everyone = f"cpu  {ticks} 0 {ticks} 9999 9999 0 0 {ticks} 0 0\ncpu0 1 2 3"
    one = f"7 (a) name) S 1 7 7 0 -1 0 0 0 0 0 {ticks} {2 * ticks} 0 0 20"

    assert machine.busy_seconds(everyone) == 3
    assert machine.process_seconds(one) == 3


def test_foreign_load_is_what_nobody_of_ours_used():
    before = machine.Usage(0, 100, {"client": 1, "database": 1})
    after = machine.Usage(2, 104, {"client": 2, "database": 2})

    used = machine.usage_between(before, after)

    assert used.parts == {"client": 1, "database": 1}
    assert used.foreign_cores == 1
    assert used.is_disturbed


@pytest.mark.django_db(transaction=True)
def test_bare_sql_leaves_the_same_rows_as_the_service():
    make_benchmark_shop(products=20, customers=3)
    till = Till.objects.select_related("company", "outlet").first()
    till.outlet.company = till.company
    BasketMaker(random.Random(1)).top_up(till, 2 * len(NAMES))
    waiting = open_baskets(till)

    with bare_connection() as raw:
        ways = implementations(raw)
        statements = {name: ways[name].count(waiting.pop()) for name in NAMES}
        for name in NAMES:
            ways[name].finalize(waiting.pop())

    assert statements["round trips"] == 12
    assert statements["one statement"] == 1
    assert statements["service"] <= 14
    assert (books.sales(), books.problems()) == (2 * len(NAMES), [])
    for sale in Sale.objects.for_receipt():
        document = sale.fiscal_document
        expected = sale_text(
            sale=sale,
            till=till,
            chain_no=document.chain_no,
            lines=sale.receipt_lines,
            tenders=sale.tenders.all(),
        )
        assert document.text == expected
