"""Closes at once: two tills of one outlet, and a reader, at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import OperationalError, connection

from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.models import ProductDay, ProductMonth, Shift, ShiftHour
from sales.reports.reading import HOURS, PRODUCTS, read, snapshot
from sales.reports.scope import Scope
from sales.shifts import roll_up
from sales.shifts.close import close_shift
from tests.support.concurrency import run_behind, run_together
from tests.support.factories import (
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import card

pytestmark = pytest.mark.django_db(transaction=True)

GOODS = 12


def two_shifts() -> list[Shift]:
    """Two tills of one outlet that sold the same products, in opposite order."""
    outlet = OutletFactory()
    products = ProductFactory.create_batch(
        GOODS, company=outlet.company, is_tracked=False
    )
    shifts = [ShiftFactory(till=TillFactory(outlet=outlet)) for _ in range(2)]
    for shift, order in zip(shifts, (products, products[::-1]), strict=True):
        for product in order:
            sale = make_sale(shift, products=[product])
            finalize_sale(uid=sale.uid, tenders=[card(sale.total)], actor=shift.cashier)
    return shifts


def close(shift: Shift) -> Shift:
    return close_shift(
        uid=shift.uid, counted_cash=expected_cash(shift), actor=shift.cashier
    )


def test_two_tills_of_an_outlet_add_to_the_same_products():
    """Edge case 19."""
    shifts = two_shifts()

    closed = run_together(*(lambda shift=shift: close(shift) for shift in shifts))

    assert [shift.is_open for shift in closed] == [False, False]
    for model in (ProductDay, ProductMonth):
        assert list(model.objects.values_list("quantity", flat=True)) == [2] * GOODS


def test_the_second_waits_for_the_first():
    first, second = two_shifts()

    run_behind(lambda: close(first), lambda: close(second))

    assert {row.total for row in ProductDay.objects.all()} == {Decimal(20)}


@pytest.mark.no_lock_check
def test_without_the_order_they_block_each_other(monkeypatch, caplog):
    """As each sold them, so in opposite order: what the order of the rows is for."""
    shifts = two_shifts()
    till = shifts[0].till_id
    backwards = {
        table: statement.replace(
            "ORDER BY business_date, outlet_id, product_id",
            "ORDER BY CASE WHEN (SELECT till_id FROM sales_shift"
            f" WHERE id = %(shift)s) = {till} THEN product_id ELSE -product_id END",
        )
        for table, statement in roll_up.ADDITIONS.items()
    }
    # Slow enough to meet: each row takes a moment.
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION tests.dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END';"
            " CREATE TRIGGER dawdle BEFORE INSERT ON sales_productday"
            " FOR EACH ROW EXECUTE FUNCTION tests.dawdle()"
        )
    try:
        # In order they only wait, however slow they are.
        run_together(*(lambda shift=shift: close(shift) for shift in shifts))
        monkeypatch.setattr(roll_up, "ADDITIONS", backwards)
        again = [ShiftFactory(till=shift.till) for shift in shifts]
        for shift in again:
            for row in ProductDay.objects.select_related("product"):
                sale = make_sale(shift, products=[row.product])
                finalize_sale(
                    uid=sale.uid, tenders=[card(sale.total)], actor=shift.cashier
                )
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_close_on_own_connection, again))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION tests.dawdle() CASCADE")

    assert "close_shift is retried: deadlock detected" in caplog.text


def test_a_close_while_a_report_is_read_changes_nothing_in_it():
    """Edge case 18: one moment, in which the shift is open, and then one without."""
    shift, other = two_shifts()
    close(other)
    scope = Scope(shift.company_id, date(2020, 1, 1), date(2100, 1, 1))

    def totals() -> list[Decimal]:
        return [
            sum((row["total"] for row in read(sums, scope, by=())), Decimal(0))
            for sums in (HOURS, PRODUCTS)
        ]

    with snapshot():
        before = totals()
        thread = threading.Thread(target=_close_on_own_connection, args=[shift])
        thread.start()
        thread.join()
        meanwhile = totals()
    with snapshot():
        after = totals()

    assert not Shift.objects.get(pk=shift.pk).is_open
    assert before == meanwhile == after == [Decimal(20 * GOODS)] * 2
    assert ShiftHour.objects.filter(shift=shift).exists()


def test_without_a_snapshot_a_close_is_counted_twice_or_not_at_all():
    shift, other = two_shifts()
    close(other)

    def total(rows: str) -> Decimal:
        with connection.cursor() as cursor:
            cursor.execute(rows)
            return cursor.fetchone()[0]

    before = total(
        "SELECT sum(sale.total) FROM sales_sale sale JOIN sales_shift shift"
        " ON shift.id = sale.shift_id WHERE shift.closed_at IS NULL"
    )
    close(shift)
    closed = total("SELECT sum(total) FROM sales_shifthour")

    assert before + closed == 30 * GOODS  # and 20 were sold for each


def _close_on_own_connection(shift: Shift) -> None:
    try:
        close(shift)
    except OperationalError:
        pass  # a deadlock, again and again: the log says so
    finally:
        connection.close()


def test_a_snapshot_writes_nothing_and_takes_no_long_statement():
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'),"
            " current_setting('transaction_isolation'),"
            " current_setting('transaction_read_only')"
        )
        assert cursor.fetchone() == ("5s", "repeatable read", "on")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("off",)
