"""Sold lines: the SQL of finalized sales and their lines, for ``sums.py``; pure.

``chosen`` has one row for each shift that is added up. What was taken off is with tax,
like all other figures. On prices without tax that is the difference it made to the
total: tax is worked out on what was asked as it was on what was paid, by line or by
rate of a sale. Where several lines share that difference, each has the part that its
own discount is of all of them, to the cent.
"""

# The clock by which hours and dates are read: that by which the shift was closed, or
# the outlet's while it is open.
ZONE = (
    "coalesce(nullif(shift.time_zone, ''), nullif(outlet.time_zone, ''),"
    " company.time_zone)"
)
DAY_ENDS_AT = "coalesce(shift.day_ends_at, outlet.day_ends_at)"


def choose_shifts(condition: str) -> str:
    """Select shifts, with what adding them up needs to know; ``shift`` and ``till``.

    ``before_id`` is the shift before at the till: what was voided since belongs to the
    one that follows.
    """
    return f"""
        SELECT shift.id AS shift_id, shift.company_id, shift.till_id, till.outlet_id,
               {ZONE} AS zone, {DAY_ENDS_AT} AS day_ends_at,
               company.currency_places AS places,
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
SOLD = """
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


_LINE_OFF = _deal(
    "group_off",
    until="discounted_until - sale_discount",
    own="own_discount",
    of="discounted",
)
_SALE_OFF = _deal(
    "group_off", until="discounted_until", own="sale_discount", of="discounted"
)
_POINTS_OFF = _deal(
    "(discounted_to - paid)",
    until="points_until",
    own="points_discount",
    of="with_points",
)

# What a line has off besides the discount of its sale: its own discount or offers.
_OWN_DISCOUNT = "line.line_discount + line.offers_discount"

# Their lines, each with what was taken off it: ``line_off`` by its own discount or by
# offers, ``sale_off`` by that of its sale, ``points_off`` by points.
LINES = f"""
    taxed AS (
        SELECT sold.sale_id, sold.company_id, sold.shift_id, sold.till_id,
               sold.outlet_id, sold.places, sold.document, sold.business_date,
               sold.tax_date, sold.hour, sold.cashier_id, sold.line_count,
               sold.total AS sale_total, sold.net AS sale_net, sold.tax AS sale_tax,
               sold.rounding, sold.deposits, sold.prices_include_tax,
               sold.discount_reason AS sale_reason, line.discount_reason,
               line.product_id, line.tax_code, line.tax_rate, line.quantity,
               line.total, line.net_total AS net, line.tax_total AS tax,
               line.unit_cost, {_OWN_DISCOUNT} AS own_discount, line.offers_discount,
               line.label_amount, line.sale_discount, line.points_discount,
               line.price_source, line.price_reason,
               line.priced_by_id, line.base_price, line.unit_price,
               sum(line.list_amount) OVER taxed AS listed,
               sum({_OWN_DISCOUNT} + line.sale_discount) OVER taxed AS discounted,
               sum(line.points_discount) OVER taxed AS with_points,
               sum(line.total) OVER taxed AS paid,
               sum({_OWN_DISCOUNT} + line.sale_discount)
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
               {_LINE_OFF} AS line_off,
               {_SALE_OFF} AS sale_off,
               {_POINTS_OFF} AS points_off,
               coalesce(round(unit_cost * quantity, places), 0) AS cost,
               CASE WHEN unit_cost IS NULL THEN net ELSE 0 END AS uncosted
        FROM asked
    )
"""  # noqa: S608  our own columns
