"""Rebuild: the figures of closed shifts are made again, where they differ."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from sales.models import ProductDay, ProductMonth, ShiftHour, ShiftTender
from sales.shifts.rebuild import rebuild_figures
from tests.support.shift_figures import a_closed_shift, close, shift_at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_lock_check,  # rows are changed in plain SQL, and tables locked
]

TABLES = (
    *("sales_shifthour", "sales_shifttax", "sales_shifttender", "sales_shiftreason"),
    *("sales_productday", "sales_productmonth"),
)


def rebuild(*options: str) -> list[str]:
    said = StringIO()
    call_command("rebuild_figures", *options, stdout=said, stderr=StringIO())
    return said.getvalue().splitlines()


def all_rows() -> list[tuple]:
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(own) - 'id' FROM {table} own ORDER BY 1")
            found += [(table, row) for (row,) in cursor.fetchall()]
    return found


def break_rows() -> None:
    """Rows changed, dropped and added, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE sales_shifthour DISABLE TRIGGER USER;"
            "UPDATE sales_shifthour SET cost = cost + 1;"
            "ALTER TABLE sales_shifthour ENABLE TRIGGER USER;"
            "DELETE FROM sales_shifttender;"
            "UPDATE sales_productday SET business_date = business_date - 40;"
            "UPDATE sales_productmonth SET quantity = quantity + 1"
        )


def test_finds_nothing_where_all_is_right():
    a_closed_shift()
    shift_at()
    before = all_rows()

    assert rebuild() == ["0 rows changed."]
    assert all_rows() == before


def test_makes_everything_as_it_was():
    a_closed_shift()
    a_closed_shift()
    before = all_rows()
    break_rows()

    said = rebuild()

    assert all_rows() == before
    assert said[-1] == f"{len(said) - 1} rows changed."
    assert {line.split()[0] for line in said[:-1]} == {
        *("sales_shifthour", "sales_shifttender"),
        *("sales_productday", "sales_productmonth"),
    }
    assert rebuild() == ["0 rows changed."]


def test_makes_what_was_never_added_up():
    a_closed_shift()
    before = all_rows()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")

    rebuild()

    assert all_rows() == before


@pytest.mark.no_books_check
def test_a_dry_run_says_what_differs_and_changes_nothing():
    a_closed_shift()
    break_rows()
    before = all_rows()

    said = rebuild("--dry-run")

    assert said[-1] == f"{len(said) - 1} rows differ."
    assert len(said) > 4
    assert all_rows() == before


@pytest.mark.no_books_check
def test_one_shift_is_made_right_and_its_outlets_products():
    first, other = a_closed_shift(), a_closed_shift()
    break_rows()

    rebuild("--shift", str(first.uid))

    assert ShiftTender.objects.filter(shift=first).exists()
    assert not ShiftTender.objects.filter(shift=other).exists()
    assert ShiftHour.objects.get(shift=first).cost == 0
    assert ShiftHour.objects.get(shift=other).cost == 1
    of_first = {"outlet": first.till.outlet_id}
    assert ProductMonth.objects.get(**of_first).quantity == Decimal(1)
    assert ProductDay.objects.get(**of_first).quantity == Decimal(1)
    rebuild()


def test_a_shift_that_is_open_or_not_there_is_refused():
    shift = shift_at()
    with pytest.raises(CommandError, match="is open"):
        rebuild("--shift", str(shift.uid))
    close(shift)
    with pytest.raises(CommandError, match="no shift"):
        rebuild("--shift", "00000000-0000-7000-8000-000000000000")


def test_the_role_that_serves_may_not():
    shift = a_closed_shift()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tillkeeper_app")
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
            list(rebuild_figures(shifts=[shift]))
        cursor.execute("RESET ROLE")
