"""Roll-up: adds up a shift that is being closed, once.

A closed shift never changes, so what it came to is added up in the transaction that
closes it. Reports read these rows, and add up only what is still open.
"""

from django.db import connection

from sales.models import Shift
from sales.shifts.sums import OF_PRODUCTS, OF_SHIFTS, THIS_SHIFT, Sums


def roll_up(shift: Shift) -> None:
    """Write the figures of a closed shift: its own rows, then those of its products.

    The caller holds the till's lock and has closed the shift in the same transaction.
    The rows of products are the last that are locked: another till of the outlet may
    close at the same moment, and adds to the same rows in the same order.

    A shift that was added up before is refused by its unique keys.
    """
    with connection.cursor() as cursor:
        for sums in OF_SHIFTS:
            cursor.execute(INSERTS[sums.table], {"shift": shift.pk})
        for sums in OF_PRODUCTS:
            cursor.execute(ADDITIONS[sums.table], {"shift": shift.pk})


def _insert(sums: Sums) -> str:
    """Return the statement that inserts the rows of a shift."""
    columns = ", ".join(sums.columns)
    return (
        f'INSERT INTO "{sums.table}" ({columns})'  # noqa: S608  our own columns
        f" SELECT {columns} FROM ({sums.statement(THIS_SHIFT)}) AS added"
        " ORDER BY business_date"
    )


def _add(sums: Sums) -> str:
    """Return the statement that adds to rows which earlier shifts have made.

    In one order, so that two closings of one outlet wait and never block each other.
    """
    changes = ", ".join(
        f"{name} = {sums.table}.{name} + EXCLUDED.{name}" for name in sums.values
    )
    return (
        f"{_insert(sums)}, outlet_id, product_id"
        " ON CONFLICT (company_id, business_date, outlet_id, product_id)"
        f" DO UPDATE SET {changes}"
    )


INSERTS = {sums.table: _insert(sums) for sums in OF_SHIFTS}
ADDITIONS = {sums.table: _add(sums) for sums in OF_PRODUCTS}
