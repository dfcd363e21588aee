"""Sums: what sales come to, one expression for each word.

The X report, the Z report, the roll-up of a shift that is closed and what reports read
of shifts that are still open are all made of these statements, so that a word means the
same sum everywhere. Each statement adds up the shifts that it is given, by its keys.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from sales.models import (
    ProductDay,
    ProductMonth,
    ShiftHour,
    ShiftReason,
    ShiftTax,
    ShiftTender,
)
from sales.shifts.acts import ACTS, BUSINESS_DATE, OF_SALES, VOIDED
from sales.shifts.sold_lines import LINES, SOLD, choose_shifts


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows of one kind: what they are added up by, and what is added up.

    ``select`` reads ``chosen``, one row for each shift, and what follows from it. It
    also gives outlet and till of each row.
    """

    model: type[Model]
    keys: tuple[str, ...]
    values: tuple[str, ...]
    select: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that a shift fills; the rest follows from them."""
        generated = {
            field.column
            for field in self.model._meta.concrete_fields
            if field.generated
        }
        values = [name for name in self.values if name not in generated]
        return ("company_id", *self.keys, *values)

    def statement(self, chosen: str) -> str:
        """The statement that adds up the shifts that ``chosen`` selects."""
        return f"WITH chosen AS ({chosen}), {SOLD}, {LINES} {self.select}"


HOURS = Sums(
    ShiftHour,
    ("shift_id", "outlet_id", "business_date", "hour", "cashier_id"),
    (
        *("receipts", "refund_receipts", "line_count"),
        *("gross", "discounts", "points_value", "refunds", "total", "net", "tax"),
        *("rounding", "deposits_charged", "deposits_returned", "cost", "uncosted"),
    ),
    """
    SELECT company_id, shift_id, till_id, outlet_id, business_date, hour, cashier_id,
           count(*) FILTER (WHERE document = 'sale') AS receipts,
           count(*) FILTER (WHERE document = 'refund') AS refund_receipts,
           coalesce(sum(line_count) FILTER (WHERE document = 'sale'), 0) AS line_count,
           coalesce(sum(sale_total + discounts + points)
                    FILTER (WHERE document = 'sale'), 0) AS gross,
           coalesce(sum(discounts) FILTER (WHERE document = 'sale'), 0) AS discounts,
           coalesce(sum(points) FILTER (WHERE document = 'sale'), 0) AS points_value,
           coalesce(sum(sale_total) FILTER (WHERE document = 'refund'), 0) AS refunds,
           sum(sale_total) AS total, sum(sale_net) AS net, sum(sale_tax) AS tax,
           sum(rounding) AS rounding,
           coalesce(sum(deposits) FILTER (WHERE document = 'sale'), 0)
               AS deposits_charged,
           coalesce(sum(deposits) FILTER (WHERE document = 'refund'), 0)
               AS deposits_returned,
           sum(cost) AS cost, sum(uncosted) AS uncosted
    FROM (
        -- No join of sales with sums of their lines: without statistics, as on the
        -- first day of a shop, it would be made row by row.
        SELECT company_id, shift_id, till_id, outlet_id, business_date, hour,
               cashier_id, document, sale_id, line_count, sale_total, sale_net,
               sale_tax, rounding, deposits, sum(line_off + sale_off) AS discounts,
               sum(points_off) AS points, sum(cost) AS cost, sum(uncosted) AS uncosted
        FROM lines
        GROUP BY company_id, shift_id, till_id, outlet_id, business_date, hour,
            cashier_id, document, sale_id, line_count, sale_total, sale_net, sale_tax,
            rounding, deposits
    ) sale
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, hour, cashier_id
    """,
)

TAXES = Sums(
    ShiftTax,
    ("shift_id", "business_date", "tax_date", "tax_code", "tax_rate", "document"),
    ("net", "tax", "documents"),
    """
    SELECT company_id, shift_id, till_id, outlet_id, business_date, tax_date,
           tax_code, tax_rate, document, sum(net) AS net, sum(tax) AS tax,
           count(DISTINCT sale_id) AS documents
    FROM lines
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, tax_date,
        tax_code, tax_rate, document
    """,
)

TENDERS = Sums(
    ShiftTender,
    ("shift_id", "business_date", "kind"),
    ("count", "taken", "refund_count", "refunds", "corrected", "total"),
    """
    SELECT company_id, shift_id, till_id, outlet_id, business_date, kind,
           count(*) FILTER (WHERE source = 'sale') AS count,
           coalesce(sum(amount) FILTER (WHERE source = 'sale'), 0) AS taken,
           count(*) FILTER (WHERE source = 'refund') AS refund_count,
           coalesce(sum(amount) FILTER (WHERE source = 'refund'), 0) AS refunds,
           coalesce(sum(amount) FILTER (WHERE source = 'correction'), 0) AS corrected,
           sum(amount) AS total
    FROM (
        SELECT sold.company_id, sold.shift_id, sold.till_id, sold.outlet_id,
               sold.business_date, tender.kind, tender.amount,
               sold.document AS source
        FROM sold
        JOIN sales_tender tender ON tender.sale_id = sold.sale_id
        UNION ALL
        SELECT chosen.company_id, chosen.shift_id, chosen.till_id, chosen.outlet_id,
               sale.business_date, moved.kind, moved.amount, 'correction'
        FROM chosen
        JOIN sales_tendercorrection correction
            ON correction.shift_id = chosen.shift_id
        JOIN sales_tender tender ON tender.id = correction.tender_id
        JOIN sales_sale sale ON sale.id = tender.sale_id
        CROSS JOIN LATERAL (
            VALUES (correction.kind_after, correction.amount),
                   (correction.kind_before, -correction.amount)
        ) moved (kind, amount)
    ) money
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, kind
    """,
)

REASONS = Sums(
    ShiftReason,
    ("shift_id", "business_date", "what", "person_id", "reason"),
    ("count", "amount"),
    f"""
    , voided AS ({VOIDED})
    SELECT company_id, shift_id, till_id, outlet_id, business_date, what, person_id,
           reason, count(*) AS count, sum(amount) AS amount
    FROM (
        SELECT company_id, shift_id, till_id, outlet_id,
               {BUSINESS_DATE} AS business_date, what, person_id, reason, amount
        FROM ({ACTS}) act
        CROSS JOIN LATERAL (SELECT happened_at AT TIME ZONE zone AS local) happened
        CROSS JOIN LATERAL (
            SELECT (happened.local::date + day_ends_at) AT TIME ZONE zone AS at
        ) ended
        UNION ALL
        SELECT company_id, shift_id, till_id, outlet_id, business_date, what,
               person_id, reason, amount
        FROM ({OF_SALES}) of_sales
    ) acts
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, what, person_id,
        reason
    """,  # noqa: S608  our own columns
)

_PRODUCT_VALUES = (
    *("quantity", "refunded_quantity", "gross", "discounts"),
    *("total", "net", "cost", "uncosted"),
)


def _select_products(business_date: str) -> str:
    return f"""
    SELECT company_id, shift_id, till_id, outlet_id, {business_date} AS business_date,
           product_id,
           coalesce(sum(quantity) FILTER (WHERE document = 'sale'), 0) AS quantity,
           coalesce(-sum(quantity) FILTER (WHERE document = 'refund'), 0)
               AS refunded_quantity,
           coalesce(sum(total + line_off + sale_off + points_off)
                    FILTER (WHERE document = 'sale'), 0) AS gross,
           coalesce(sum(line_off + sale_off + points_off)
                    FILTER (WHERE document = 'sale'), 0) AS discounts,
           sum(total) AS total, sum(net) AS net, sum(cost) AS cost,
           sum(uncosted) AS uncosted
    FROM lines
    GROUP BY company_id, shift_id, till_id, outlet_id, {business_date}, product_id
    """  # noqa: S608  our own columns


PRODUCT_DAYS = Sums(
    ProductDay,
    ("outlet_id", "business_date", "product_id"),
    _PRODUCT_VALUES,
    _select_products("business_date"),
)
PRODUCT_MONTHS = Sums(
    ProductMonth,
    ("outlet_id", "business_date", "product_id"),
    _PRODUCT_VALUES,
    _select_products("date_trunc('month', business_date)::date"),
)

# What a shift has rows of, in the order in which they are written.
OF_SHIFTS = (HOURS, TAXES, TENDERS, REASONS)
OF_PRODUCTS = (PRODUCT_DAYS, PRODUCT_MONTHS)

THIS_SHIFT = choose_shifts("shift.id = %(shift)s")

Row = dict[str, Any]


def add_up(sums: Sums, shift_id: int) -> list[Row]:
    """Return the rows of one shift, open or closed, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute(OF_THIS_SHIFT[sums.table], {"shift": shift_id})
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: [row[key] for key in sums.keys])


OF_THIS_SHIFT = {
    sums.table: sums.statement(THIS_SHIFT) for sums in (*OF_SHIFTS, *OF_PRODUCTS)
}
