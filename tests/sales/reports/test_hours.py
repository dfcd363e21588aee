"""Sales by hour: the mean of each weekday and hour over the days that were traded."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sales.reports.hours import report_hours
from sales.reports.report import Shape
from tests.support.factories import make_sale
from tests.support.questions import ask, cells, sell_at, totals
from tests.support.shift_figures import close, finalize, shift_at

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_mean_is_of_the_days_of_that_weekday_that_were_traded(is_closed):
    """Thursdays the 5th and 12th, of which only one sold at 12; none on the 19th."""
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z")
    sell_at(shift, "5.00", "2026-03-05T04:59Z")
    sell_at(shift, "7.00", "2026-03-12T05:00Z")
    sell_at(shift, "9.00", "2026-03-13T04:00Z")
    if is_closed:
        close(shift)

    report = report_hours(ask(shift.company, "2026-03-05", "2026-03-20"))

    grid = cells(report, "weekday", "h11", "h12", "h13")
    assert len(grid) == 7
    assert grid[3] == ("Thursday", None, D("7.50"), D("3.50"))
    assert grid[4] == ("Friday", None, 9, None)
    assert grid[0] == ("Monday", None, None, None)


def test_below_the_grid_are_24_hours():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z")
    sell_at(shift, "7.00", "2026-03-12T05:00Z")

    report = report_hours(ask(shift.company, "2026-03-05", "2026-03-20"))
    hours = cells(report, "hour", "receipts", "total", "mean", table=1)

    assert len(hours) == 24
    assert hours[11:14] == [
        ("11:00", 0, 0, None),
        ("12:00", 1, 10, 5),
        ("13:00", 1, 7, D("3.50")),
    ]
    assert totals(report, "receipts", "total", "mean", table=1) == (2, 17, D("8.50"))


def test_receipts_are_shown_where_the_address_asks_for_them():
    shift = shift_at("Asia/Singapore")
    for _receipt in range(3):
        sell_at(shift, "10.00", "2026-03-05T04:00Z")
    sell_at(shift, "7.00", "2026-03-12T05:00Z")

    report = report_hours(
        ask(shift.company, "2026-03-05", "2026-03-20", show="receipts")
    )

    assert cells(report, "h12")[3] == (D("1.5"),)
    assert report.tables[0].rows[3].links["h12"]["figure"] == "receipts"


def test_an_hour_that_comes_twice_is_one_hour_of_one_day():
    """Edge case 3: 01:30 came twice."""
    shift = shift_at("Europe/London")
    for hour in (0, 1):
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        finalize(make_sale(shift), shift, at=at)
    finalize(make_sale(shift), shift, at=datetime(2026, 10, 18, 12, tzinfo=UTC))

    report = report_hours(ask(shift.company, "2026-10-01", "2026-10-31"))

    assert cells(report, "weekday", "h01", "h02", "h13")[6] == ("Sunday", 10, None, 5)


def test_hours_are_those_of_the_outlets_clock():
    """Edge case 2."""
    singapore = shift_at("Asia/Singapore")
    london = shift_at("Europe/London", company=singapore.company)
    for shift in (singapore, london):
        sell_at(shift, "10.00", "2026-03-28T17:30Z")

    report = report_hours(ask(singapore.company, "2026-03-28", "2026-03-29"))

    assert cells(report, "h17")[5] == (10,)
    assert cells(report, "h01")[6] == (10,)


def test_a_cell_opens_the_receipts_of_its_weekday_and_hour():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z")

    report = report_hours(ask(shift.company, "2026-03-05", "2026-03-20"))
    row = report.tables[0].rows[3]

    assert {*row.links} == {"h12"}
    assert row.links["h12"] == {
        "from": "2026-03-05",
        "to": "2026-03-20",
        "weekday": "4",
        "hour": "12",
        "figure": "total",
        "per": "day",
    }
    assert report.tables[1].rows[12].links["total"]["hour"] == "12"


def test_the_grid_is_the_chart_and_says_its_highest():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "10.00", "2026-03-05T04:00Z")

    report = report_hours(ask(shift.company, "2026-03-05", "2026-03-20"))

    assert report.chart is not None
    assert report.chart.shape == Shape.GRID
    assert report.chart.gist == "Highest on Thursday at 12:00 with 10.00."
    assert report_hours(ask(shift.company, "2026-04-05")).is_empty
