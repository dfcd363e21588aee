"""Clock of a shift: its hours and dates stay when those of the outlet are changed."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, connection, transaction

from sales.basket.void import void_sale
from sales.models import Shift, ShiftHour, ShiftReason
from sales.reports.moment import one_moment
from sales.reports.reading import REASONS, read
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import Receipts, find_receipts
from sales.reports.refunds import report_refunds
from sales.shifts.rebuild import rebuild_figures
from tests.support.factories import ShiftFactory, make_sale
from tests.support.questions import ask, cells, make_owner, sell_at
from tests.support.shift_figures import close, rows, shift_at

pytestmark = pytest.mark.django_db

# 01:30 on 3 May in Singapore.
NIGHT = datetime(2026, 5, 2, 17, 30, tzinfo=UTC)
THIRD = date(2026, 5, 3)
CHANGES = [
    {"day_ends_at": time(4)},
    {"time_zone": "America/New_York"},
    {"day_ends_at": time(4), "time_zone": "Europe/London"},
]


def change_clock(shift: Shift, change) -> None:
    outlet = shift.till.outlet
    for name, value in change.items():
        setattr(outlet, name, value)
    outlet.save(update_fields=list(change))


def find(shift, day: date, **query: str) -> Receipts:
    question = ask(shift.company, day.isoformat(), person=make_owner(shift.company))
    chosen = read_filter(
        query, company=shift.company, sees_margin=True, sees_staff=True
    )
    return find_receipts(question, chosen)


@pytest.fixture
def night():
    """A shift with a sale and a void at 01:30 of 3 May, which is closed."""
    shift = shift_at("Asia/Singapore", day_ends_at=time(0))
    sell_at(shift, "5.00", NIGHT.isoformat())
    void_sale(uid=make_sale(shift).uid, reason="Left", actor=shift.cashier, at=NIGHT)
    return close(shift)


def test_a_closed_shift_has_the_clock_of_its_outlet(night):
    assert (night.time_zone, night.day_ends_at) == ("Asia/Singapore", time(0))
    assert night.is_open is False
    its_companys = close(shift_at())
    assert its_companys.time_zone == its_companys.company.time_zone


@pytest.mark.parametrize("change", CHANGES)
def test_reports_and_receipts_agree_after_the_clock_was_changed(night, change):
    change_clock(night, change)

    with one_moment():
        scope = ask(night.company, "2026-05-03").scope
        [row] = read(REASONS, scope, by=("business_date", "what"))
    assert (row["business_date"], row["what"]) == (THIRD, "void")
    voids = find(night, THIRD, what="void", figure="count")
    assert (voids.reported, voids.summed, voids.count) == (1, 1, 1)
    of_hour = find(night, THIRD, hour="1")
    assert (of_hour.reported, of_hour.summed) == (5, 5)
    assert f"{of_hour.listed[0].happened_at:%H:%M}" == "01:30"
    report = report_refunds(ask(night.company, "2026-05-03"))
    assert cells(report, "date", table=1) == [(THIRD,)]


@pytest.mark.no_lock_check
@pytest.mark.parametrize("change", CHANGES)
def test_a_rebuild_finds_nothing_after_the_clock_was_changed(night, change):
    before = rows(ShiftHour, "business_date", "hour", "total")
    change_clock(night, change)

    assert list(rebuild_figures()) == []
    assert rows(ShiftHour, "business_date", "hour", "total") == before
    assert rows(ShiftReason, "business_date", "what") == [(THIRD, "void")]


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_is_voided_between_two_shifts_is_by_the_clock_of_the_next(is_closed):
    shift = shift_at("Asia/Singapore", day_ends_at=time(0))
    void_sale(uid=make_sale(shift).uid, reason="Left", actor=shift.cashier, at=NIGHT)
    parked = make_sale(shift)
    close(shift, at=NIGHT)
    void_sale(uid=parked.uid, reason="Left", actor=shift.cashier, at=NIGHT)
    change_clock(shift, {"day_ends_at": time(4)})
    following = ShiftFactory(till=shift.till)
    if is_closed:
        close(following)
        change_clock(shift, {"day_ends_at": time(0)})

    second = date(2026, 5, 2)
    for day in (second, THIRD):
        found = find(shift, day, what="void", figure="count")
        assert (found.reported, found.summed) == (1, 1)
        report = report_refunds(ask(shift.company, day.isoformat()))
        assert cells(report, "date", table=1) == [(day,)]


def test_a_shift_that_is_open_goes_by_the_outlet():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "5.00", NIGHT.isoformat())

    change_clock(shift, {"time_zone": "Asia/Tokyo"})

    found = find(shift, THIRD, hour="2")
    assert (found.reported, found.summed) == (5, 5)


@pytest.mark.parametrize(
    "clock", ["", ", day_ends_at = '04:00'", ", time_zone = 'UTC'"]
)
def test_no_shift_is_closed_without_its_clock(clock):
    shift = shift_at()
    with (
        pytest.raises(IntegrityError, match="closed_shift_has_its_clock"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE sales_shift SET closed_at = now(), closed_by_id = cashier_id,"
            f" counted_cash = 100, expected_cash = 100{clock} WHERE id = {shift.pk}"
        )
