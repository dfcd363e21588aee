"""Sales by day beside those before: new, unchanged, and up to the same minute."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sales.reports.days import report_days
from tests.support.questions import ask, cells, sell_at, totals, trade_over
from tests.support.shift_figures import close, shift_at

pytestmark = pytest.mark.django_db

D = Decimal
closed_or_open = pytest.mark.parametrize("is_closed", [False, True])


def test_what_is_new_has_a_word_and_nothing_to_compare_has_a_dash():
    """Edge case 13: as it is where both are nothing."""
    shift = shift_at("Asia/Singapore")
    trade_over(shift, "2026-03-02", "2026-03-03", "2026-03-05", "2026-03-05")
    sell_at(shift, "5.00", "2026-03-05T05:00Z")

    dates = ("2026-03-04", "2026-03-06")
    report = report_days(ask(shift.company, *dates, compare="before"))

    assert cells(report, "total", "total_before", "total_change") == [
        (0, 10, D("-100.0")),  # beside the 3rd
        (25, 10, D("150.0")),
        (0, 0, None),
    ]
    assert totals(report, "total", "total_before", "total_change") == (25, 20, 25)
    new = report_days(ask(shift.company, "2026-03-02", compare="before"))
    [row] = new.tables[0].rows
    assert (row.cells["total_change"], row.words) == (None, {"total_change": "new"})
    assert report.chart is not None
    assert report.chart.before == "total_before"


def test_a_leap_month_is_compared_with_the_same_weekdays():
    """Edge case 25."""
    shift = shift_at("Asia/Singapore")
    question = ask(shift.company, "2024-02-01", "2024-02-29", compare="year")

    assert question.earlier is not None
    assert question.earlier.since == date(2023, 2, 2)
    assert question.earlier.until == date(2023, 3, 2)


@closed_or_open
def test_a_running_day_is_compared_up_to_the_same_minute(is_closed):
    """By the clock of each outlet."""
    singapore = shift_at("Asia/Singapore")
    london = shift_at("Europe/London", company=singapore.company)
    for shift in (singapore, london):
        hour = "04" if shift is singapore else "12"
        sell_at(shift, "1.00", f"2026-03-05T{hour}:30Z")
        sell_at(shift, "2.00", f"2026-03-05T{hour}:31Z", cost=D(1))
        sell_at(shift, "4.00", f"2026-03-12T{hour}:10Z")
    if is_closed:
        close(singapore)
    question = ask(singapore.company, "2026-03-12", compare="week")
    # 12:30 in Singapore and 04:30 in London.
    now = datetime(2026, 3, 12, 4, 30, 59, tzinfo=UTC)
    running = replace(question, now=now, today=date(2026, 3, 12))

    [cell] = cells(report_days(running), "total_before")
    whole = totals(report_days(question), "total_before")

    assert cell == (1,)
    assert whole == (6,)
    assert report_days(running).tables[0].rows[0].mark == "so far"
    assert not report_days(question).tables[0].rows[0].mark


def test_the_day_of_an_outlet_that_is_behind_runs_as_well():
    """In Auckland it is the 13th, and in London the 12th."""
    auckland = shift_at("Pacific/Auckland")
    london = shift_at("Europe/London", company=auckland.company)
    sell_at(auckland, "1.00", "2026-03-05T10:00Z")
    sell_at(london, "2.00", "2026-03-05T10:00Z")
    sell_at(london, "4.00", "2026-03-05T21:00Z")
    question = ask(auckland.company, "2026-03-12", "2026-03-13", compare="week")
    running = replace(
        question,
        now=datetime(2026, 3, 12, 20, tzinfo=UTC),
        today=date(2026, 3, 13),
    )

    assert totals(report_days(running), "total_before") == (3,)
