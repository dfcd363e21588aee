"""Rebuild while shops are open: tills close meanwhile, and no lock is waited for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from config.management.commands import rebuild_figures as command
from pos.core import busy_tables
from sales.models import ProductDay, ShiftTender
from sales.shifts.rebuild import rebuild_figures
from tests.support.factories import ShiftFactory
from tests.support.refunds import sell_products
from tests.support.shift_figures import a_closed_shift, close
from tests.support.tenders import card

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.no_lock_check,  # rows are changed in plain SQL, and tables locked
]


def drop_figures() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sales_shifttender; DELETE FROM sales_productday")


def apart(call):
    """Call it on a connection of its own."""
    try:
        return call()
    finally:
        connection.close()


def test_a_till_closes_between_two_parts():
    shift = a_closed_shift()
    open_now = ShiftFactory(till=shift.till)
    product = sell_products(open_now, "7.00", tenders=[card(7)]).lines.get().product
    drop_figures()

    going_on = rebuild_figures()
    first = next(going_on)
    with ThreadPoolExecutor(1) as pool:
        closed = pool.submit(apart, lambda: close(open_now)).result(timeout=10)
    rest = list(going_on)

    assert not closed.is_open
    assert first.table == "sales_shifttender"
    assert "sales_productday" in {row.table for row in rest}
    assert ProductDay.objects.get(product=product).total == 7
    assert ShiftTender.objects.filter(shift=closed).exists()
    assert list(rebuild_figures()) == []


def test_it_gives_way_to_who_uses_a_table_and_tries_again(monkeypatch):
    monkeypatch.setattr(busy_tables, "PAUSE", (0.05, 0.1))
    a_closed_shift()
    drop_figures()
    holds, may_end = Event(), Event()
    said = []

    def use_the_table() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE sales_productday IN ROW EXCLUSIVE MODE")
            holds.set()
            assert may_end.wait(timeout=10)

    def say(text: str) -> None:
        said.append(text)
        if "in use" in text:
            may_end.set()

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with ThreadPoolExecutor(1) as pool:
        using = pool.submit(apart, use_the_table)
        assert holds.wait(timeout=10)
        assert list(rebuild_figures(say=say))
        using.result(timeout=10)

    assert "A table is in use; trying again." in said
    assert said[-1].endswith(" parts")
    assert list(rebuild_figures()) == []
    connection.close()  # with its limit


def test_it_has_no_time_limit_also_where_one_role_does_everything(monkeypatch):
    found = {}

    def read_limits(**options):
        with connection.cursor() as cursor:
            for name in ("statement_timeout", "lock_timeout"):
                cursor.execute(f"SHOW {name}")
                [found[name]] = cursor.fetchone()
        return []

    monkeypatch.setattr(command, "rebuild_figures", read_limits)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        [before] = cursor.fetchone()
        cursor.execute("SET statement_timeout = '10s'")

    call_command("rebuild_figures")

    assert found == {"statement_timeout": "0", "lock_timeout": "500ms"}
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (before,)
    connection.close()
