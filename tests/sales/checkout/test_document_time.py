"""Document time: the database's, read once the till is locked, and never backwards."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from customers.points.ledger import adjust_points
from pos.core import clock
from pos.core.clock import database_now
from pos.core.ids import uuid7
from pos.models import Outlet, TaxRate, Till
from pos.stock.receive import count_stock, receive_stock
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, ZReport
from sales.refunds.preview_without_receipt import preview_without_receipt
from sales.refunds.request import (
    RefundRequest,
    ReturnedLine,
    ReturnWithoutReceipt,
)
from sales.refunds.settlement import RefundTender
from sales.refunds.with_receipt import refund_sale
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.support.books import find_failed_checks
from tests.support.cashier import Cashier
from tests.support.concurrency import run_behind
from tests.support.factories import (
    CustomerFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
    make_shop,
)
from tests.support.refunds import make_refund
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


@pytest.mark.parametrize("wrong", [timedelta(days=-2), timedelta(hours=3)], ids=str)
def test_a_web_servers_clock_dates_no_other_row_either(
    shift, wrong, set_database_clock
):
    set_database_clock(timedelta())
    owner = {"actor": shift.cashier}
    product = ProductFactory(company=shift.company, is_tracked=True)
    stock = {"outlet": shift.till.outlet, "reason": "Checked", **owner}
    sold = pay(make_sale(shift))
    before = database_now()

    with time_machine.travel(datetime.now(UTC) + wrong, tick=True):
        basket = Cashier(shift)
        basket.scan(product.sku)
        parked = Cashier(shift)
        parked.scan(product.sku)
        parked.do("park")
        refund = make_refund(sold, 1, shift=shift)
        (received,) = receive_stock(
            uid=uuid7(), quantities={product.pk: Decimal(3)}, **stock
        )
        counted = count_stock(uid=uuid7(), product=product, counted=Decimal(2), **stock)
        adjusted = adjust_points(
            uid=uuid7(),
            customer=CustomerFactory(company=shift.company),
            points=5,
            reason="A gift",
            **owner,
        )
        joined = StaffMemberFactory(company=shift.company)

    joined.refresh_from_db()
    refund.refresh_from_db()
    times = [
        *(basket.sale.opened_at, parked.sale.parked_at, refund.opened_at),
        *(received.moved_at, counted.moved_at, adjusted.entered_at, joined.joined_at),
    ]
    assert times == sorted(times)
    assert before <= times[0]
    assert times[-1] <= database_now()


def test_a_basket_is_taxed_on_the_databases_day(shift, set_database_clock):
    """A web server whose clock is ahead rings nothing up at the rate to come."""
    set_database_clock(timedelta())
    tomorrow = shift.till.outlet.tax_date(database_now()) + timedelta(days=2)
    TaxRate.objects.create(
        company=shift.company, tax_code="SR", valid_from=tomorrow, rate="0.5"
    )
    product = ProductFactory(company=shift.company, tax_code="SR")
    request = RefundRequest(
        actor=shift.cashier,
        till=shift.till,
        lines=[ReturnWithoutReceipt(product, Decimal(1))],
        tenders=[RefundTender("cash")],
    )

    with time_machine.travel(datetime.now(UTC) + timedelta(days=4), tick=True):
        cashier = Cashier(shift)
        cashier.scan(product.sku)
        preview = preview_without_receipt(request)

    rates = [cashier.lines[0].tax_rate, preview.plan.goods.lines[0].tax_rate]
    assert all(rate < Decimal("0.5") for rate in rates)


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
    assert find_failed_checks("I45", "I141") == []


@pytest.mark.parametrize(
    ("zone", "ends_at", "at", "day"),
    [
        ("Europe/Berlin", "02:30", "2025-10-26T02:29:59+02:00", 25),
        ("Europe/Berlin", "02:30", "2025-10-26T02:30:00+02:00", 26),
        ("Europe/Berlin", "02:30", "2025-10-26T02:00:00+01:00", 26),
        # No clock shows half past two on this day.
        ("Europe/Berlin", "02:30", "2025-03-30T01:59:59+01:00", 29),
        ("Europe/Berlin", "02:30", "2025-03-30T03:00:00+02:00", 30),
        ("America/Havana", "00:30", "2025-11-02T00:00:00-05:00", 2),
        ("Australia/Lord_Howe", "01:45", "2025-04-06T01:30:00+10:30", 6),
    ],
)
def test_a_day_that_ended_stays_so_when_the_clocks_go_back(zone, ends_at, at, day):
    outlet = Outlet(time_zone=zone, day_ends_at=time.fromisoformat(ends_at))

    assert outlet.business_date(datetime.fromisoformat(at)).day == day


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
