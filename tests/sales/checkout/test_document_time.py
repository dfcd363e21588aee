"""Document time: the database's, read once the till is locked, and never backwards."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from pos.core import clock
from pos.core.clock import database_now
from pos.core.ids import uuid7
from pos.models import Till
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, ZReport
from sales.refunds.request import ReturnedLine
from sales.refunds.with_receipt import refund_sale
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.support.books import failed_checks
from tests.support.concurrency import run_behind
from tests.support.factories import ShiftFactory, make_sale, make_shop
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

# By how much the database's clock is off, and what the web server believes.
OFF = {
    "two days back": timedelta(days=-2),
    "right": timedelta(),
    "three hours ahead": timedelta(hours=3),
}


@pytest.fixture
def shift():
    shop = make_shop()
    return ShiftFactory(
        till=shop.tills[0],
        cashier=shop.staff["owner"],
        business_date=database_now().date(),
        opened_at=database_now() - timedelta(minutes=5),
    )


@pytest.fixture
def set_database_clock(monkeypatch):
    """Let the database's clock be off by so much, and not follow this process."""

    def set_clock(off: timedelta) -> None:
        seconds = off.total_seconds()
        sql = f"(clock_timestamp() + make_interval(secs => {seconds}))"
        monkeypatch.setattr(clock, "clock_sql", lambda: sql)

    return set_clock


def pay(sale: Sale) -> Sale:
    return finalize_sale(uid=sale.uid, tenders=[cash(sale.total)], actor=sale.cashier)


@pytest.mark.parametrize("wrong", OFF.values(), ids=OFF)
def test_a_web_servers_clock_dates_nothing(shift, wrong, set_database_clock):
    set_database_clock(timedelta())
    before = database_now()

    with time_machine.travel(datetime.now(UTC) + wrong, tick=True):
        sold = pay(make_sale(shift))
        given_up = make_sale(shift)
        owner = shift.cashier
        voided = void_sale(uid=given_up.uid, reason="Gone", actor=owner)
        [line] = sold.lines.all()
        refund = refund_sale(
            uid=uuid7(),
            original=sold.uid,
            lines=[ReturnedLine(line.uid, line.quantity)],
            reason="Changed",
            actor=owner,
            till=shift.till,
        )
        closed = close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=owner)
        again = open_shift(
            uid=uuid7(), till=shift.till, opening_float=Decimal(100), actor=owner
        )

    times = [
        *(sold.finalized_at, voided.voided_at, refund.finalized_at),
        *(closed.closed_at, again.opened_at),
    ]
    assert times == sorted(times)
    assert before <= times[0]
    assert times[-1] <= database_now()


def test_a_database_clock_that_was_set_back_makes_nothing_older(
    shift, set_database_clock
):
    first = pay(make_sale(shift))
    set_database_clock(timedelta(hours=-1))

    second = pay(make_sale(shift))

    assert second.finalized_at == first.finalized_at
    assert Till.objects.get().last_document_at == first.finalized_at


def test_nothing_is_before_the_opening_of_its_shift(shift, set_database_clock):
    set_database_clock(timedelta(hours=-1))

    assert pay(make_sale(shift)).finalized_at == shift.opened_at


def test_a_command_says_when_and_sets_nothing_back():
    shift = ShiftFactory(opened_at=datetime(2026, 1, 5, tzinfo=UTC))
    now = pay(make_sale(shift)).finalized_at
    sale = make_sale(shift)
    past = datetime(2026, 1, 5, 12, tzinfo=UTC)

    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier, at=past)

    assert Sale.objects.get(uid=sale.uid).finalized_at == past
    assert Till.objects.get().last_document_at == now


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-03-07 04:59", 6), ("2026-03-07 05:00", 7), ("2026-03-06 23:59", 6)],
)
def test_a_day_may_end_after_midnight(at, day):
    shift = ShiftFactory(opened_at=datetime(2026, 3, 6, tzinfo=UTC))
    shift.till.outlet.day_ends_at = time(5)
    shift.till.outlet.save(update_fields=["day_ends_at"])
    sale = make_sale(shift)
    moment = datetime.fromisoformat(f"{at}+08:00")

    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier, at=moment)

    assert Sale.objects.get(uid=sale.uid).business_date.day == day


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Etc/GMT+12", "2026-03-07 11:59-12:00", 6),
        ("Pacific/Kiritimati", "2026-03-07 00:01+14:00", 6),
        ("Pacific/Kiritimati", "2026-03-07 12:00+14:00", 7),
    ],
)
def test_a_day_may_end_at_noon_at_either_end_of_the_world(zone, at, day):
    """Its dates are as far as can be from Greenwich's; the books know them."""
    shift = ShiftFactory(opened_at=datetime(2026, 3, 5, tzinfo=UTC))
    outlet = shift.till.outlet
    outlet.time_zone, outlet.day_ends_at = zone, time(12)
    outlet.save(update_fields=["time_zone", "day_ends_at"])
    sale = make_sale(shift)
    moment = datetime.fromisoformat(at)

    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier, at=moment)

    sale = Sale.objects.get(uid=sale.uid)
    assert (sale.business_date.day, sale.tax_date.day) == (day, 7)
    assert failed_checks("I45", "I141") == []


def test_a_z_report_is_the_tills_last_document(shift):
    closed = close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)

    assert Till.objects.get().last_document_at == closed.closed_at
    assert ZReport.objects.get().shift == closed


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_the_till_is_later():
    shift = ShiftFactory()
    one, other = make_sale(shift), make_sale(shift)
    held = []

    def sell_slowly() -> None:
        pay(one)
        held.append(database_now())

    # Its transaction began before the first was committed, and its time is after.
    assert run_behind(sell_slowly, lambda: pay(other)).finalized_at > held[0]
