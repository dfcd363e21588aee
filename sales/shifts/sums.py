"""Sums: what sales come to, one expression for each word.

The X report, the Z report, the roll-up of a shift that is closed and what reports read of
shifts that are still open are all made of these statements, so that a word means the
same sum everywhere. Each statement adds up the shifts that it is given, by ``keys``.

What was taken off is with tax, like all other figures. On prices without tax that is
the difference it made to the total: tax is worked out on what was asked as it was on
what was paid, by line or by rate of a sale. Where several lines share that difference,
each has the part that its own discount is of all of them, to the cent.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from sales.models import (
    ProductDay,
    ProductMonth,
    ShiftHour,
    ShiftReason,
    ShiftTax,
    ShiftTender,
)


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
        return f"WITH chosen AS ({chosen}), {_SOLD}, {_LINES} {self.select}"


def choose_shifts(condition: str) -> str:
    """Select shifts, with what adding them up needs to know; ``shift`` and ``till``.

    ``before_id`` is the shift before at the till: what was voided since belongs to the
    one that follows.
    """
    return f"""
        SELECT shift.id AS shift_id, shift.company_id, shift.till_id, till.outlet_id,
               coalesce(nullif(outlet.time_zone, ''), company.time_zone) AS zone,
               outlet.day_ends_at, company.currency_places AS places,
               (SELECT max(before.id) FROM sales_shift before
                WHERE before.till_id = shift.till_id AND before.id < shift.id)
                   AS before_id
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        JOIN pos_outlet outlet ON outlet.id = till.outlet_id
        JOIN pos_company company ON company.id = shift.company_id
        WHERE {condition}
    """  # noqa: S608  our own conditions


def choose_idle_tills(condition: str) -> str:
    """Select tills without an open shift, as if a shift without sales were open.

    What was voided there since the last one is in no shift yet.
    """
    return f"""
        SELECT NULL::bigint, till.company_id, till.id, till.outlet_id,
               coalesce(nullif(outlet.time_zone, ''), company.time_zone),
               outlet.day_ends_at, company.currency_places,
               (SELECT max(last.id) FROM sales_shift last WHERE last.till_id = till.id)
        FROM pos_till till
        JOIN pos_outlet outlet ON outlet.id = till.outlet_id
        JOIN pos_company company ON company.id = till.company_id
        WHERE NOT EXISTS (SELECT FROM sales_shift shift
                          WHERE shift.till_id = till.id AND shift.closed_at IS NULL)
            AND {condition}
    """  # noqa: S608  our own conditions


# The finalized sales and refunds of the shifts.
_SOLD = """
    sold AS (
        SELECT sale.id AS sale_id, chosen.company_id, chosen.shift_id, chosen.till_id,
               chosen.outlet_id, chosen.places, sale.kind AS document,
               sale.business_date, sale.tax_date, sale.cashier_id,
               extract(hour FROM sale.finalized_at AT TIME ZONE chosen.zone)::smallint
                   AS hour,
               sale.line_count, sale.total, sale.net_total AS net,
               sale.tax_total AS tax, sale.rounding, sale.deposits,
               sale.prices_include_tax, sale.tax_rounding,
               sale.discount_reason, sale.reason
        FROM chosen
        JOIN sales_sale sale ON sale.shift_id = chosen.shift_id
        WHERE sale.status = 'finalized'
    )
"""


def _add_tax(amount: str) -> str:
    return (
        f"({amount}) + CASE WHEN prices_include_tax THEN 0"
        f" ELSE round(({amount}) * tax_rate, places) END"
    )


def _deal(amount: str, *, until: str, own: str, of: str) -> str:
    """The part of an amount that belongs to ``own``: what is due up to it, less before.

    ``until`` adds up to and with ``own``, in one order; ``of`` is all of it.
    """
    return (
        f"CASE WHEN {own} = 0 THEN 0 ELSE"
        f" round({amount} * ({until}) / {of}, places)"
        f" - round({amount} * (({until}) - {own}) / {of}, places) END"
    )


# Their lines, each with what was taken off it: ``line_off`` by its own discount,
# ``sale_off`` by that of its sale, ``points_off`` by points.
_LINES = f"""
    taxed AS (
        SELECT sold.sale_id, sold.company_id, sold.shift_id, sold.till_id,
               sold.outlet_id, sold.places, sold.document, sold.business_date,
               sold.tax_date, sold.cashier_id, sold.prices_include_tax,
               sold.discount_reason AS sale_reason, line.discount_reason,
               line.product_id, line.tax_code, line.tax_rate, line.quantity,
               line.total, line.net_total AS net, line.tax_total AS tax,
               line.unit_cost, line.line_discount, line.sale_discount,
               line.points_discount, line.price_source, line.price_reason,
               line.priced_by_id, line.base_price, line.unit_price,
               sum(line.list_amount) OVER taxed AS listed,
               sum(line.line_discount + line.sale_discount) OVER taxed AS discounted,
               sum(line.points_discount) OVER taxed AS with_points,
               sum(line.total) OVER taxed AS paid,
               sum(line.line_discount + line.sale_discount)
                   OVER (taxed ORDER BY line.position) AS discounted_until,
               sum(line.points_discount)
                   OVER (taxed ORDER BY line.position) AS points_until
        FROM sold
        JOIN sales_saleline line
            ON line.sale_id = sold.sale_id AND line.removed_by IS NULL
        WINDOW taxed AS (
            PARTITION BY line.sale_id, line.tax_code, line.tax_rate,
                CASE sold.tax_rounding WHEN 'line' THEN line.position ELSE 0 END)
    ),
    before_points AS (
        SELECT *, CASE WHEN with_points = 0 THEN paid
                  ELSE {_add_tax("listed - discounted")} END AS discounted_to
        FROM taxed
    ),
    asked AS (
        SELECT *, CASE WHEN discounted = 0 THEN discounted_to
                  ELSE {_add_tax("listed")} END - discounted_to AS group_off
        FROM before_points
    ),
    lines AS (
        SELECT *,
               {
    _deal(
        "group_off",
        until="discounted_until - sale_discount",
        own="line_discount",
        of="discounted",
    )
} AS line_off,
               {
    _deal("group_off", until="discounted_until", own="sale_discount", of="discounted")
} AS sale_off,
               {
    _deal(
        "(discounted_to - paid)",
        until="points_until",
        own="points_discount",
        of="with_points",
    )
} AS points_off,
               coalesce(round(unit_cost * quantity, places), 0) AS cost,
               CASE WHEN unit_cost IS NULL THEN net ELSE 0 END AS uncosted
        FROM asked
    )
"""

HOURS = Sums(
    ShiftHour,
    ("shift_id", "outlet_id", "business_date", "hour", "cashier_id"),
    (
        *("receipts", "refund_receipts", "line_count"),
        *("gross", "discounts", "points_value", "refunds", "total", "net", "tax"),
        *("rounding", "deposits_charged", "deposits_returned", "cost", "uncosted"),
    ),
    """
    SELECT sold.company_id, sold.shift_id, sold.till_id, sold.outlet_id,
           sold.business_date, sold.hour, sold.cashier_id,
           count(*) FILTER (WHERE document = 'sale') AS receipts,
           count(*) FILTER (WHERE document = 'refund') AS refund_receipts,
           coalesce(sum(line_count) FILTER (WHERE document = 'sale'), 0) AS line_count,
           coalesce(sum(total + off.discounts + off.points)
                    FILTER (WHERE document = 'sale'), 0) AS gross,
           coalesce(sum(off.discounts) FILTER (WHERE document = 'sale'), 0)
               AS discounts,
           coalesce(sum(off.points) FILTER (WHERE document = 'sale'), 0)
               AS points_value,
           coalesce(sum(total) FILTER (WHERE document = 'refund'), 0) AS refunds,
           sum(total) AS total, sum(net) AS net, sum(tax) AS tax,
           sum(rounding) AS rounding,
           coalesce(sum(deposits) FILTER (WHERE document = 'sale'), 0)
               AS deposits_charged,
           coalesce(sum(deposits) FILTER (WHERE document = 'refund'), 0)
               AS deposits_returned,
           sum(off.cost) AS cost, sum(off.uncosted) AS uncosted
    FROM sold
    JOIN (
        SELECT sale_id, sum(line_off + sale_off) AS discounts,
               sum(points_off) AS points, sum(cost) AS cost,
               sum(uncosted) AS uncosted
        FROM lines GROUP BY sale_id
    ) off ON off.sale_id = sold.sale_id
    GROUP BY sold.company_id, sold.shift_id, sold.till_id, sold.outlet_id,
        sold.business_date, sold.hour, sold.cashier_id
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

# What the clock of the outlet says at that moment: ``Outlet.business_date`` in SQL. A
# day that has ended stays so when the clocks go back and show its end again.
_CLOCK = """
    CASE WHEN happened.local::time >= day_ends_at
              OR happened_at >= ended.at
              OR happened_at >= ended.at - interval '1 hour'
                 AND (ended.at - interval '1 hour') AT TIME ZONE zone
                     = happened.local::date + day_ends_at
         THEN happened.local::date ELSE happened.local::date - 1 END
"""

_CHOSEN = ", ".join(
    f"voided.{column}"
    for column in (
        *("shift_id", "company_id", "till_id", "outlet_id"),
        *("zone", "day_ends_at", "places", "before_id"),
    )
)

_VOIDED = """
    SELECT chosen.*, sale.id AS sale_id, sale.voided_by_id, sale.void_reason,
           sale.total, sale.voided_at
    FROM chosen
    JOIN sales_sale sale ON sale.shift_id = chosen.shift_id
    WHERE sale.status = 'voided'
    UNION ALL
    SELECT chosen.*, sale.id, sale.voided_by_id, sale.void_reason, sale.total,
           sale.voided_at
    FROM chosen
    JOIN sales_sale sale ON sale.till_id = chosen.till_id
    WHERE sale.shift_id IS NULL AND sale.status = 'voided'
        AND (sale.voided_after_id = chosen.before_id
            OR chosen.before_id IS NULL AND sale.voided_after_id IS NULL)
"""

_ACTS = f"""
    SELECT chosen.*, movement.kind AS what, movement.staff_member_id AS person_id,
           movement.reason, movement.amount, movement.moved_at AS happened_at
    FROM chosen
    JOIN sales_cashmovement movement ON movement.shift_id = chosen.shift_id
    UNION ALL
    SELECT chosen.*, 'correction', correction.staff_member_id, correction.reason,
           correction.amount, correction.corrected_at
    FROM chosen
    JOIN sales_tendercorrection correction ON correction.shift_id = chosen.shift_id
    UNION ALL
    SELECT chosen.*, 'variance', shift.closed_by_id, shift.variance_reason,
           shift.variance, shift.closed_at
    FROM chosen
    JOIN sales_shift shift ON shift.id = chosen.shift_id
    WHERE shift.variance <> 0
    UNION ALL
    SELECT {_CHOSEN}, 'void', voided_by_id, void_reason, total, voided_at
    FROM voided
    UNION ALL
    SELECT {_CHOSEN}, 'removed_line', operation.staff_member_id, '',
           line.list_amount, voided_at
    FROM voided
    JOIN sales_saleline line
        ON line.sale_id = voided.sale_id AND line.removed_by IS NOT NULL
    JOIN sales_saleoperation operation
        ON operation.company_id = line.company_id AND operation.uid = line.removed_by
        AND operation.kind NOT IN ('refuse_age', 'take_off_closed')
"""  # noqa: S608  our own columns

_OF_SALES = """
    SELECT company_id, shift_id, till_id, outlet_id, business_date,
           'line_discount' AS what, cashier_id AS person_id, discount_reason AS reason,
           sale_id, line_off AS amount
    FROM lines WHERE document = 'sale' AND line_discount <> 0
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'override',
           priced_by_id, price_reason, sale_id,
           round(base_price * quantity, places) - round(unit_price * quantity, places)
    FROM lines WHERE document = 'sale' AND price_source = 'override'
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'sale_discount',
           cashier_id, sale_reason, sale_id, sum(sale_off)
    FROM lines WHERE document = 'sale' AND sale_discount <> 0
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, cashier_id,
        sale_reason, sale_id
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'points',
           cashier_id, '', sale_id, sum(points_off)
    FROM lines WHERE document = 'sale' AND points_discount <> 0
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, cashier_id,
        sale_id
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'refund',
           cashier_id, reason, sale_id, total
    FROM sold WHERE document = 'refund'
    UNION ALL
    SELECT sold.company_id, sold.shift_id, sold.till_id, sold.outlet_id,
           sold.business_date, 'removed_line', operation.staff_member_id, '',
           sold.sale_id, line.list_amount
    FROM sold
    JOIN sales_saleline line
        ON line.sale_id = sold.sale_id AND line.removed_by IS NOT NULL
    JOIN sales_saleoperation operation
        ON operation.company_id = line.company_id AND operation.uid = line.removed_by
        AND operation.kind NOT IN ('refuse_age', 'take_off_closed')
"""

REASONS = Sums(
    ShiftReason,
    ("shift_id", "business_date", "what", "person_id", "reason"),
    ("count", "amount"),
    f"""
    , voided AS ({_VOIDED})
    SELECT company_id, shift_id, till_id, outlet_id, business_date, what, person_id,
           reason, count(*) AS count, sum(amount) AS amount
    FROM (
        SELECT company_id, shift_id, till_id, outlet_id, {_CLOCK} AS business_date,
               what, person_id, reason, amount
        FROM ({_ACTS}) act
        CROSS JOIN LATERAL (SELECT happened_at AT TIME ZONE zone AS local) happened
        CROSS JOIN LATERAL (
            SELECT (happened.local::date + day_ends_at) AT TIME ZONE zone AS at
        ) ended
        UNION ALL
        SELECT company_id, shift_id, till_id, outlet_id, business_date, what,
               person_id, reason, amount
        FROM ({_OF_SALES}) of_sales
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
