"""Scope: dates as whole months and the rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.reports.scope import spans

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def days(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-03-01", "2026-03-31", [("2026-03-01", "2026-03-01", True)]),
        ("2026-03-01", "2026-03-30", [("2026-03-01", "2026-03-30", False)]),
        ("2026-03-02", "2026-03-31", [("2026-03-02", "2026-03-31", False)]),
        ("2026-03-15", "2026-03-15", [("2026-03-15", "2026-03-15", False)]),
        ("2028-02-01", "2028-02-29", [("2028-02-01", "2028-02-01", True)]),
        ("2028-02-01", "2028-02-28", [("2028-02-01", "2028-02-28", False)]),
        (
            "2025-12-31",
            "2027-01-01",
            [
                ("2025-12-31", "2025-12-31", False),
                ("2026-01-01", "2026-12-01", True),
                ("2027-01-01", "2027-01-01", False),
            ],
        ),
        ("2026-02-20", "2026-03-10", [("2026-02-20", "2026-03-10", False)]),
        ("2026-03-10", "2026-03-09", []),
    ],
)
def test_whole_months_are_read_as_months(since, until, found):
    assert [
        (str(span.since), str(span.until), span.is_months)
        for span in spans(days(since), days(until))
    ] == found


@given(since=DAYS, until=DAYS)
def test_every_day_is_in_one_span_and_in_order(since, until):
    covered = []
    for span in spans(since, until):
        day = span.since
        while day <= span.last_day:
            covered.append(day)
            day += timedelta(days=1)

    wanted = (until - since).days + 1
    assert covered == [since + timedelta(days=n) for n in range(max(0, wanted))]
    assert len(spans(since, until)) <= 3
