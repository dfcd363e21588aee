"""Checks of figures: what closed shifts came to is what their rows still come to.

``sales/shifts/sums.py`` adds up a shift when it is closed. These statements are others,
and add up all shifts at once, so that neither checks itself. What was taken off prices
without tax is compared with the Z report and with the hours, and by line only where
prices include tax.
"""

from sales.books.check import Check
from sales.books.reasons import CLOSED, REASONS_AGAIN

# What was taken off by sale, as in ``z_figures.py``.
_TAKEN_OFF = """
    SELECT part.sale_id, sum(part.asked - part.before_points) AS discounts,
           sum(part.before_points - part.paid) AS points
    FROM (
        SELECT part.*, CASE WHEN discounted = 0 THEN before_points
                   ELSE listed + CASE WHEN prices_include_tax THEN 0
                       ELSE round(listed * tax_rate, places) END END AS asked
        FROM (
            SELECT part.*, CASE WHEN with_points = 0 THEN paid
                       ELSE listed - discounted + CASE WHEN prices_include_tax THEN 0
                           ELSE round((listed - discounted) * tax_rate, places) END
                       END AS before_points
            FROM (
                SELECT sale.id AS sale_id, sale.prices_include_tax, line.tax_rate,
                       closed.places, sum(line.list_amount) AS listed,
                       sum(line.line_discount + line.offers_discount
                           + line.sale_discount) AS discounted,
                       sum(line.points_discount) AS with_points,
                       sum(line.total) AS paid
                FROM closed
                JOIN sales_sale sale ON sale.shift_id = closed.shift_id
                JOIN sales_saleline line
                    ON line.sale_id = sale.id AND line.removed_by IS NULL
                WHERE sale.status = 'finalized' AND sale.kind = 'sale'
                GROUP BY sale.id, closed.places, line.tax_code, line.tax_rate,
                    CASE sale.tax_rounding WHEN 'line' THEN line.position ELSE 0 END
                HAVING sum(line.line_discount + line.offers_discount
                           + line.sale_discount) <> 0
                    OR sum(line.points_discount) <> 0
            ) part
        ) part
    ) part
    GROUP BY part.sale_id
"""

_HOURS_AGAIN = f"""
    SELECT closed.company_id, closed.shift_id, closed.name, closed.outlet_id,
           sale.business_date, sale.cashier_id,
           extract(hour FROM sale.finalized_at AT TIME ZONE closed.zone)::int AS hour,
           count(*) FILTER (WHERE sale.kind = 'sale') AS receipts,
           count(*) FILTER (WHERE sale.kind = 'refund') AS refund_receipts,
           coalesce(sum(own.lines) FILTER (WHERE sale.kind = 'sale'), 0) AS line_count,
           coalesce(sum(sale.total) FILTER (WHERE sale.kind = 'sale'), 0)
               + coalesce(sum(off.discounts + off.points), 0) AS gross,
           coalesce(sum(off.discounts), 0) AS discounts,
           coalesce(sum(off.points), 0) AS points_value,
           coalesce(sum(sale.total) FILTER (WHERE sale.kind = 'refund'), 0) AS refunds,
           sum(sale.net_total) AS net, sum(sale.total - sale.net_total) AS tax,
           sum(sale.rounding) AS rounding,
           coalesce(sum(sale.deposits) FILTER (WHERE sale.kind = 'sale'), 0)
               AS deposits_charged,
           coalesce(sum(sale.deposits) FILTER (WHERE sale.kind = 'refund'), 0)
               AS deposits_returned,
           sum(own.cost) AS cost, sum(own.uncosted) AS uncosted
    FROM closed
    JOIN sales_sale sale ON sale.shift_id = closed.shift_id
    JOIN (
        SELECT line.sale_id, count(*) AS lines,
               coalesce(sum(round(line.unit_cost * line.quantity, closed.places)), 0)
                   AS cost,
               coalesce(sum(line.net_total) FILTER (WHERE line.unit_cost IS NULL), 0)
                   AS uncosted
        FROM closed
        JOIN sales_sale sale ON sale.shift_id = closed.shift_id
        JOIN sales_saleline line ON line.sale_id = sale.id
        WHERE line.removed_by IS NULL
        GROUP BY line.sale_id
    ) own ON own.sale_id = sale.id
    LEFT JOIN ({_TAKEN_OFF}) off ON off.sale_id = sale.id
    WHERE sale.status = 'finalized'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  our own columns

_TAXES_AGAIN = """
    SELECT closed.company_id, closed.shift_id, closed.name, sale.business_date,
           sale.tax_date, line.tax_code, line.tax_rate, sale.kind AS document,
           sum(line.net_total) AS net, sum(line.total - line.net_total) AS tax,
           count(DISTINCT sale.id) AS documents
    FROM closed
    JOIN sales_sale sale ON sale.shift_id = closed.shift_id
    JOIN sales_saleline line ON line.sale_id = sale.id AND line.removed_by IS NULL
    WHERE sale.status = 'finalized'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""

_TENDERS_AGAIN = """
    SELECT money.company_id, money.shift_id, money.name, money.business_date,
           money.kind, count(*) FILTER (WHERE source = 'sale') AS count,
           coalesce(sum(amount) FILTER (WHERE source = 'sale'), 0) AS taken,
           count(*) FILTER (WHERE source = 'refund') AS refund_count,
           coalesce(sum(amount) FILTER (WHERE source = 'refund'), 0) AS refunds,
           coalesce(sum(amount) FILTER (WHERE source = 'moved'), 0) AS corrected
    FROM (
        SELECT closed.company_id, closed.shift_id, closed.name, sale.business_date,
               tender.kind, tender.tendered - tender.change AS amount,
               sale.kind AS source
        FROM closed
        JOIN sales_sale sale ON sale.shift_id = closed.shift_id
        JOIN sales_tender tender ON tender.sale_id = sale.id
        UNION ALL
        SELECT closed.company_id, closed.shift_id, closed.name, sale.business_date,
               CASE WHEN gone THEN correction.kind_before
                    ELSE correction.kind_after END,
               CASE WHEN gone THEN -correction.amount ELSE correction.amount END,
               'moved'
        FROM closed
        JOIN sales_tendercorrection correction
            ON correction.shift_id = closed.shift_id
        JOIN sales_tender tender ON tender.id = correction.tender_id
        JOIN sales_sale sale ON sale.id = tender.sale_id
        CROSS JOIN (VALUES (true), (false)) way (gone)
    ) money
    GROUP BY 1, 2, 3, 4, 5
"""


def _compare(
    again: str, table: str, keys: tuple[str, ...], values: tuple[str, ...]
) -> str:
    """SQL that finds rows of shifts that are not what ``again`` adds up, or doubled."""
    columns = ", ".join(("company_id", "shift_id", "name", *keys))
    wanted = ", ".join((*values, "1::bigint AS rows"))
    groups = ", ".join(map(str, range(1, 4 + len(keys))))
    read = ", ".join(f"own.{key}" for key in keys)
    sums = ", ".join(f"sum(own.{value}) AS {value}" for value in values)
    found = f"""
             SELECT own.company_id, own.shift_id, closed.name, {read}, {sums},
                    count(*) AS rows
             FROM closed JOIN {table} own ON own.shift_id = closed.shift_id
             GROUP BY {groups}"""  # noqa: S608  our own columns
    facts = ", ".join((*keys, *values, "rows"))
    return f"""
        SELECT wrong.company_id, wrong.name, string_agg(ROW({facts})::text, ' ')
        FROM (
            (SELECT {columns}, {wanted} FROM ({again}) again
             EXCEPT {found})
            UNION ALL
            ({found}
             EXCEPT
             SELECT {columns}, {wanted} FROM ({again}) again)
        ) wrong
        GROUP BY wrong.company_id, wrong.shift_id, wrong.name
    """  # noqa: S608  our own columns


_TIES_OF_HOURS = """
    SELECT closed.company_id, closed.name,
           ROW(closed.figures, own.gross, own.net, own.receipts)::text
    FROM closed
    LEFT JOIN (
        SELECT shift_id, sum(gross) AS gross, sum(discounts) AS discounts,
               sum(points_value) AS points_value, sum(refunds) AS refunds,
               sum(total) AS total, sum(net) AS net, sum(tax) AS tax,
               sum(rounding) AS rounding, sum(receipts) AS receipts,
               sum(refund_receipts) AS refund_receipts
        FROM sales_shifthour WHERE true /*of_shifts sales_shifthour.shift_id*/
        GROUP BY shift_id
    ) own ON own.shift_id = closed.shift_id
    WHERE ARRAY[closed.figures ->> 'gross', closed.figures ->> 'discounts',
                closed.figures ->> 'points_value', closed.figures ->> 'refunds',
                closed.figures ->> 'total', closed.figures ->> 'net',
                closed.figures ->> 'tax', closed.figures ->> 'rounding',
                closed.figures #>> '{counts,sales}',
                closed.figures #>> '{counts,refunds}']
        IS DISTINCT FROM
          ARRAY[coalesce(own.gross, 0.000)::text, coalesce(own.discounts, 0.000)::text,
                coalesce(own.points_value, 0.000)::text,
                coalesce(own.refunds, 0.000)::text, coalesce(own.total, 0.000)::text,
                coalesce(own.net, 0.000)::text, coalesce(own.tax, 0.000)::text,
                coalesce(own.rounding, 0.000)::text, coalesce(own.receipts, 0)::text,
                coalesce(own.refund_receipts, 0)::text]
"""

_ROWS_OF_OPEN_SHIFTS = """
    SELECT own.company_id, own.name || ' of an open shift', shift.uid::text
    FROM (
        SELECT company_id, shift_id, 'hour ' || hour AS name FROM sales_shifthour
        UNION ALL SELECT company_id, shift_id, 'tax ' || tax_code FROM sales_shifttax
        UNION ALL SELECT company_id, shift_id, 'tender ' || kind FROM sales_shifttender
        UNION ALL SELECT company_id, shift_id, 'reason ' || what FROM sales_shiftreason
    ) own
    JOIN sales_shift shift ON shift.id = own.shift_id
    WHERE shift.closed_at IS NULL /*company own*/ /*since shift*/
"""

# Two sums of one date and shift: by the hours, and by rates or kinds.
_TIE_BY_DATE = """
    SELECT closed.company_id, closed.name || ' ' || tied.business_date,
           string_agg(ROW(tied.source, tied.amount)::text, ' ')
    FROM closed
    JOIN (
        SELECT shift_id, business_date, 'hours' AS source, sum({hours}) AS amount
        FROM sales_shifthour WHERE true /*of_shifts sales_shifthour.shift_id*/
        GROUP BY shift_id, business_date
        UNION ALL
        SELECT shift_id, business_date, 'rows', sum({rows})
        FROM {table} WHERE true /*of_shifts {table}.shift_id*/
        GROUP BY shift_id, business_date
    ) tied ON tied.shift_id = closed.shift_id
    GROUP BY closed.company_id, closed.name, closed.shift_id, tied.business_date
    HAVING coalesce(sum(tied.amount) FILTER (WHERE tied.source = 'hours'), 0)
        <> coalesce(sum(tied.amount) FILTER (WHERE tied.source = 'rows'), 0)
"""

_TIE_OF_TAXES = """
    SELECT closed.company_id, closed.name, ROW(closed.figures -> 'taxes', own.it)::text
    FROM closed
    LEFT JOIN (
        SELECT shift_id, jsonb_agg(jsonb_build_array(tax_code,
                   tax_rate::numeric(10, 5)::text, net::text, tax::text)
                   ORDER BY tax_code, tax_rate) AS it
        FROM (
            SELECT shift_id, tax_code, tax_rate, sum(net) AS net, sum(tax) AS tax
            FROM sales_shifttax WHERE true /*of_shifts sales_shifttax.shift_id*/
            GROUP BY shift_id, tax_code, tax_rate
        ) rate
        GROUP BY shift_id
    ) own ON own.shift_id = closed.shift_id
    WHERE closed.figures -> 'taxes' IS DISTINCT FROM coalesce(own.it, '[]')
"""

_TIE_OF_TENDERS = """
    SELECT closed.company_id, closed.name,
           ROW(closed.figures -> 'tenders', own.it)::text
    FROM closed
    LEFT JOIN (
        SELECT shift_id, jsonb_object_agg(kind, jsonb_build_array(count, taken::text,
                   refund_count, refunds::text, corrected::text)) AS it
        FROM (
            SELECT shift_id, kind, sum(count) AS count, sum(taken) AS taken,
                   sum(refund_count) AS refund_count, sum(refunds) AS refunds,
                   sum(corrected) AS corrected
            FROM sales_shifttender WHERE true /*of_shifts sales_shifttender.shift_id*/
            GROUP BY shift_id, kind
        ) by_kind
        GROUP BY shift_id
    ) own ON own.shift_id = closed.shift_id
    WHERE coalesce(own.it, '{}') IS DISTINCT FROM (
        SELECT coalesce(jsonb_object_agg(figure ->> 0, figure - 0), '{}')
        FROM jsonb_array_elements(closed.figures -> 'tenders') figure)
"""

_HOUR_VALUES = (
    *("receipts", "refund_receipts", "line_count", "gross", "discounts"),
    *("points_value", "refunds", "net", "tax", "rounding", "deposits_charged"),
    *("deposits_returned", "cost", "uncosted"),
)


def _with_closed(*parts: str) -> str:
    return f"WITH closed AS ({CLOSED}) {' UNION ALL '.join(parts)}"


CHECKS = (
    Check(
        "I190",
        "Every closed shift is added up and no open one: its hours come to what its Z"
        " report says.",
        _with_closed(_TIES_OF_HOURS, _ROWS_OF_OPEN_SHIFTS),
    ),
    Check(
        "I191",
        "The hours of a shift are its sales and their lines, by business date, hour and"
        " cashier, at the till's outlet.",
        _with_closed(
            _compare(
                _HOURS_AGAIN,
                "sales_shifthour",
                ("outlet_id", "business_date", "cashier_id", "hour"),
                _HOUR_VALUES,
            )
        ),
    ),
    Check(
        "I192",
        "The taxes of a shift are those of its lines and of its Z report, and come to"
        " what its hours do.",
        _with_closed(
            _compare(
                _TAXES_AGAIN,
                "sales_shifttax",
                ("business_date", "tax_date", "tax_code", "tax_rate", "document"),
                ("net", "tax", "documents"),
            ),
            _TIE_OF_TAXES,
            _TIE_BY_DATE.format(
                hours="total", rows="net + tax", table="sales_shifttax"
            ),
        ),
    ),
    Check(
        "I193",
        "The tenders of a shift are those of its sales and corrections and of its Z"
        " report, and come to total, deposits and cash rounding of its hours.",
        _with_closed(
            _compare(
                _TENDERS_AGAIN,
                "sales_shifttender",
                ("business_date", "kind"),
                ("count", "taken", "refund_count", "refunds", "corrected"),
            ),
            _TIE_OF_TENDERS,
            _TIE_BY_DATE.format(
                hours="total + deposits_charged + deposits_returned + rounding",
                rows="taken + refunds + corrected",
                table="sales_shifttender",
            ),
        ),
    ),
    Check(
        "I194",
        "The reasons of a shift are its discounts, points, refunds, voids, lines taken"
        " off, changed prices, cash movements, corrections and variance.",
        _with_closed(*REASONS_AGAIN),
    ),
)
