"""Seed: one week of the demo shop, sold by the services, that big books repeat."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.apps import apps
from django.db import connection, transaction

from pos.models import Company
from sales.books.companies import list_tables
from sales.demo.build.catalogue import make_catalogue, make_customers, stock_up
from sales.demo.build.days import sell_day
from sales.demo.build.rows import DemoRows
from sales.demo.build.shop import set_up_demo_company
from sales.demo.plan.facts import PlannedConfirmation, PlannedShift
from sales.demo.plan.month import Month
from sales.demo.plan.pending_transfers import LATER

DAYS = 7

# The demo shop scans nothing: it makes whole baskets. At a real till each line is
# an act on the basket, and each receipt is printed.
_SCANS = """
    -- A line that was added at the till has the uid of the act that added it.
    CREATE TEMP TABLE unscanned ON COMMIT DROP AS
    SELECT *, row_number() OVER (PARTITION BY sale_id ORDER BY position) AS seq
    FROM sales_saleline line
    WHERE NOT EXISTS (SELECT FROM sales_saleoperation act WHERE act.uid = line.uid);
    -- By way of numbers that no act has: each must be free when it is given.
    UPDATE sales_saleoperation SET seq = seq + 1000;
    UPDATE sales_saleoperation act SET seq = act.seq - 1000 + scanned.lines
    FROM (SELECT sale_id, count(*) AS lines FROM unscanned GROUP BY sale_id) scanned
    WHERE scanned.sale_id = act.sale_id;
    INSERT INTO sales_saleoperation (uid, company_id, sale_id, seq, kind, fingerprint,
                                     result, staff_member_id, recorded_at)
    SELECT line.uid, line.company_id, line.sale_id, line.seq, 'add',
           encode(sha256(convert_to(line.uid::text, 'UTF8')), 'hex'),
           jsonb_build_object('id', line.uid, 'ok', true, 'code', '', 'message', '',
                              'line', line.uid),
           sale.cashier_id, coalesce(acts.first, sale.recorded_at)
    FROM unscanned line
    JOIN sales_sale sale ON sale.id = line.sale_id
    LEFT JOIN (SELECT sale_id, min(recorded_at) AS first
               FROM sales_saleoperation GROUP BY sale_id) acts ON acts.sale_id = sale.id
    WHERE sale.kind = 'sale' ORDER BY sale.id, line.seq;
    UPDATE sales_sale sale SET last_seq = acts.seq
    FROM (SELECT sale_id, max(seq) AS seq FROM sales_saleoperation GROUP BY sale_id)
        acts
    WHERE acts.sale_id = sale.id;
    INSERT INTO sales_receiptprint (company_id, sale_id, copy_number, staff_member_id)
    SELECT company_id, id, 0, cashier_id FROM sales_sale
    WHERE status = 'finalized' ORDER BY id;
"""
# Who spends more points in the week than the week brings had more to begin with.
_POINTS = """
    WITH week AS (
        SELECT customer_id, -sum(points) * %(weeks)s AS missing
        FROM customers_pointsentry WHERE id > %(base)s
        GROUP BY customer_id HAVING sum(points) < 0
    ), first AS (
        SELECT customer_id, min(id) AS id
        FROM customers_pointsentry GROUP BY customer_id
    )
    UPDATE customers_pointsentry entry
    SET points = points + CASE WHEN entry.id = first.id THEN missing ELSE 0 END,
        balance_after = balance_after + missing
    FROM week JOIN first USING (customer_id)
    WHERE entry.customer_id = week.customer_id
"""


@dataclass(frozen=True, slots=True)
class Seed:
    """The week's company, and of each table the ids that the week's rows lie between.

    ``before`` is the last id of a table before the week, ``after`` that of the week.
    """

    company_id: int
    sales: int
    before: dict[str, int]
    after: dict[str, int]

    @property
    def stride(self) -> int:
        """How far apart the ids of one row's copies are."""
        return max(self.after.values()) + 1


@transaction.atomic
def sell_week(*, monday: date, sales_of_shift: tuple[int, int]) -> Seed:
    """Make the demo company in an empty database, and sell the week from Monday on.

    Both tills are open every day. Everything goes through the services.
    """
    company = set_up_demo_company()
    outlet = company.outlets.select_related("company").get()
    month = Month(
        seed="bulk",
        today=monday + timedelta(days=DAYS),
        zone=outlet.zone,
        days=DAYS,
        sales_of_shift=sales_of_shift,
    )
    make_catalogue(company)
    make_customers(company, month)
    before = last_ids()
    rows = DemoRows.of(company)
    for day in month.days:
        stock_up(outlet, month, day)
        for shift in month.shifts_of(day):
            _wait_for_transfers(shift)
            sell_day(rows, _counted_exactly(shift) if day == month.days[-1] else shift)
    return _seed_of(company, before)


def _wait_for_transfers(shift: PlannedShift) -> None:
    """No bank tells this shop at once: every transfer is pending, and confirmed later.

    But for those of sales that something else happens to in the shift.
    """
    touched = {getattr(act, "sale", "") for act in shift.other_acts}
    for place, sale in enumerate(shift.sales):
        is_transfer = sale.way_to_pay == "paynow" and not sale.redeems_points
        if is_transfer and sale.key not in touched and not sale.is_pending:
            shift.sales[place] = replace(sale, is_pending=True)
            seen_at = min(sale.at + LATER, shift.closes_at)
            reference = f"FT{sale.at:%y%m%d}{sale.reference}"
            seen = PlannedConfirmation(sale.key, seen_at, reference)
            shift.other_acts.append(seen)


def _counted_exactly(shift: PlannedShift) -> PlannedShift:
    """The week ends with the float that its copy begins with."""
    return replace(shift, variance=Decimal(0))


def _seed_of(company: Company, before: dict[str, int]) -> Seed:
    sales = apps.get_model("sales", "Sale").objects.finalized().count()
    return Seed(company.pk, sales, before, last_ids())


def complete_week(cursor, seed: Seed, *, weeks: int) -> Seed:
    """Add scans and prints, and points for so many weeks; the cursor a superuser's."""
    cursor.execute(_SCANS)
    base = seed.before["customers_pointsentry"]
    cursor.execute(_POINTS, {"weeks": weeks, "base": base})
    return Seed(seed.company_id, seed.sales, seed.before, last_ids())


def last_ids() -> dict[str, int]:
    """The last id of each table whose rows belong to a company."""
    tables = list_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', coalesce(max(id), 0) FROM {table}"  # noqa: S608
                for table in tables
            )
        )
        return dict(cursor.fetchall())
