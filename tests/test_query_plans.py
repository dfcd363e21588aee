"""Query plans: no list reads more rows because there are more sales.

Books of some months are made, every list is asked for as a person's browser would, and
each of its queries is explained. A query that has no index to go by reads a table from
end to end; one that sorts or counts what grows reads as many rows as there are.
"""

from decimal import Decimal

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

from config.localdb.conf import SUPERUSER
from pos.core.found_keys import FEW_MAX
from pos.core.ids import uuid7
from pos.models import StaffMember, Till
from sales.shifts.open import open_shift
from tests.benchmark.bulk.maker import make_books
from tests.benchmark.list_pages import every_list
from tests.support.devices import client_at
from tests.support.query_plans import asked_selects

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.exhaustive,
    pytest.mark.no_lock_check,  # the demo shop's services, and plain SQL
    pytest.mark.no_books_check,  # of so many sales it takes a minute
]

SALES = 20_000
# Of a page of fifty, with what is on each row; a count that ends at a thousand; or as
# many rows as are found by their keys at most.
ROWS_MAX = FEW_MAX + 1_000
# A table that has more rows than this grows with the sales, but for these: a shift has
# a hundred sales, and in the books of this test ten.
GROWN = 6_000
OF_SHIFTS = {
    *("sales_shift", "sales_zreport", "sales_cashcount", "sales_cashmovement"),
    *("sales_shifthour", "sales_shifttax", "sales_shifttender", "sales_shiftreason"),
}
# Whether a tender is confirmed is in another row, and neither ever changes: what is
# pending is read beside what was pending once.
ONCE_PENDING = {"sales_tender", "sales_tenderconfirmation"}
# Written at each scan and hardly ever looked for by time: a small index of ranges of
# pages finds the days that are asked for, and of these all rows are read.
BY_DAYS = {"sales_saleoperation"}


@pytest.fixture
def client() -> Client:
    """A till of big books, with their owner signed in."""
    database = connection.settings_dict
    address = f"host={database['HOST']} dbname={database['NAME']} user={SUPERUSER}"
    forget_other_tests(address)
    make_books(
        address,
        sales=SALES,
        today=localdate(),
        sales_of_shift=(5, 8),
    )
    owner = StaffMember.objects.filter(role__code="owner").earliest("pk")
    owner.is_superuser = owner.is_staff = True
    owner.save(update_fields=["is_superuser", "is_staff"])
    till = Till.objects.select_related("company").latest("pk")
    open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=owner)
    return client_at(till, owner)


def forget_other_tests(address: str) -> None:
    """Give each table a new file, in which rows lie as they come, as in a shop.

    In the holes that thousands of tests have left they would lie anyhow, and then
    PostgreSQL rightly reads a table of this size in another way.
    """
    with psycopg.connect(address, autocommit=True) as superuser:
        found = superuser.execute(
            "SELECT format('VACUUM FULL %s', oid::regclass) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (statement,) in found.fetchall():
            superuser.execute(statement)


def find_grown_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s"
            " AND relnamespace = 'public'::regnamespace",
            [GROWN],
        )
        return {table for (table,) in cursor.fetchall()} - OF_SHIFTS


def test_no_list_reads_more_because_there_are_more_sales(client: Client):
    grown = find_grown_tables()
    assert {"sales_sale", "sales_saleline", "pos_stockmovement"} <= grown
    offenders = {}
    for page in every_list():
        with asked_selects() as asked:
            answer = client.get(page.path, page.query)
        assert answer.status_code == 200, (page, answer.status_code)
        for plan in asked.explain():
            read = sum(rows for table, rows in plan.read.items() if table in grown)
            if "is_pending" in plan.sql:
                read -= sum(plan.read.get(table, 0) for table in ONCE_PENDING)
            if '"recorded_at" >=' in plan.sql:
                read -= sum(plan.read.get(table, 0) for table in BY_DAYS - plan.whole)
            if read > ROWS_MAX:
                offenders[page.name, plan.sql[:200]] = dict(plan.read), plan.whole

    assert offenders == {}
