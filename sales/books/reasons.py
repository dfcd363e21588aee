"""Reasons: what people did in closed shifts, added up again for a check; pure."""

# The closed shifts that are looked at, each with the clock by which it was closed.
CLOSED = """
    SELECT shift.id AS shift_id, shift.company_id, shift.till_id, till.outlet_id,
           z.report_number AS name, z.figures, company.currency_places AS places,
           coalesce(nullif(shift.time_zone, ''), 'UTC') AS zone, shift.day_ends_at,
           shift.business_date, before.last_id
    FROM sales_shift shift
    JOIN sales_zreport z ON z.shift_id = shift.id
    JOIN pos_till till ON till.id = shift.till_id
    JOIN pos_company company ON company.id = shift.company_id
    JOIN (SELECT id, lag(id) OVER (PARTITION BY till_id ORDER BY id) AS last_id
          FROM sales_shift) before ON before.id = shift.id
    WHERE true /*company shift*/ /*since shift*/
"""

# Of acts that no sale dates: the calendar date at the outlet, or the day before until
# the business day has ended. Where the clocks go back over its end, it ends once.
_DATE = """
    (SELECT CASE WHEN clock.local::time >= closed.day_ends_at OR EXISTS (
                 SELECT FROM (VALUES (day.ends),
                                     (day.ends - interval '1 hour')) once (at)
                 WHERE once.at <= {at} AND once.at AT TIME ZONE closed.zone
                     = clock.local::date + closed.day_ends_at)
            THEN clock.local::date ELSE clock.local::date - 1 END
     FROM (SELECT {at} AT TIME ZONE closed.zone AS local) clock
     CROSS JOIN LATERAL (
        SELECT (clock.local::date + closed.day_ends_at) AT TIME ZONE closed.zone AS ends
     ) day)
"""

_VOIDED = """
    SELECT closed.shift_id AS of_shift, sale.id, sale.voided_at, sale.voided_by_id,
           sale.void_reason, sale.total
    FROM closed
    JOIN sales_sale sale ON sale.status = 'voided' AND sale.shift_id = closed.shift_id
    UNION ALL
    SELECT closed.shift_id, sale.id, sale.voided_at, sale.voided_by_id,
           sale.void_reason, sale.total
    FROM closed
    JOIN sales_sale sale ON sale.status = 'voided' AND sale.shift_id IS NULL
        AND sale.till_id = closed.till_id
        AND coalesce(sale.voided_after_id, 0) = coalesce(closed.last_id, 0)
"""

_REMOVED = """
    JOIN sales_saleline line ON line.sale_id = {sale} AND line.removed_by IS NOT NULL
    JOIN sales_saleoperation act
        ON act.company_id = line.company_id AND act.uid = line.removed_by
        AND act.kind NOT IN ('refuse_age', 'take_off_closed')
"""


def _of_removed(moment: str, sale: str, source: str) -> str:
    return f"""
        SELECT closed.shift_id, 'removed_line', {moment}, act.staff_member_id, '',
               line.list_amount
        FROM closed
        JOIN {source}
        {_REMOVED.format(sale=sale)}
    """  # noqa: S608  our own columns


def _of_acts(what: str, at: str, facts: str, source: str) -> str:
    return f"""
        SELECT closed.shift_id, {what}, {_DATE.format(at=at)}, {facts}
        FROM closed
        JOIN {source}
    """  # noqa: S608  our own columns


def _of_lines(what: str, person: str, reason: str, amount: str, condition: str) -> str:
    return f"""
        SELECT closed.shift_id, '{what}' AS what, sale.business_date AS on_date,
               {person} AS person_id, {reason} AS reason, {amount} AS amount
        FROM closed
        JOIN sales_sale sale ON sale.shift_id = closed.shift_id
        JOIN sales_saleline line ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized' AND sale.kind = 'sale' AND {condition}
    """  # noqa: S608  our own columns


def _of_discounted_sales(what: str, reason: str, column: str) -> str:
    return f"""
        SELECT closed.shift_id, '{what}', sale.business_date, sale.cashier_id,
               {reason}, CASE WHEN sale.prices_include_tax
                              THEN sum(line.{column}) END
        FROM closed
        JOIN sales_sale sale ON sale.shift_id = closed.shift_id
        JOIN sales_saleline line ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized' AND sale.kind = 'sale' AND line.{column} <> 0
        GROUP BY closed.shift_id, sale.id
    """  # noqa: S608  our own columns


_ACTS = " UNION ALL ".join(
    (
        *(
            _of_lines(
                what,
                "sale.cashier_id",
                "line.discount_reason",
                f"CASE WHEN sale.prices_include_tax THEN line.{column} END",
                f"line.{column} <> 0{condition}",
            )
            for what, column, condition in (
                ("line_discount", "line_discount", " AND line.label_amount IS NULL"),
                ("label_price", "line_discount", " AND line.label_amount > 0"),
                ("offer", "offers_discount", ""),
            )
        ),
        _of_lines(
            "override",
            "line.priced_by_id",
            "line.price_reason",
            "round(line.base_price * line.quantity, closed.places)"
            " - round(line.unit_price * line.quantity, closed.places)",
            "line.price_source = 'override'",
        ),
        _of_discounted_sales("sale_discount", "sale.discount_reason", "sale_discount"),
        _of_discounted_sales("points", "''", "points_discount"),
        """
        SELECT closed.shift_id, 'refund', sale.business_date, sale.cashier_id,
               sale.reason, sale.total
        FROM closed
        JOIN sales_sale sale ON sale.shift_id = closed.shift_id
        WHERE sale.status = 'finalized' AND sale.kind = 'refund'
        """,
        _of_removed(
            "sale.business_date",
            "sale.id",
            "sales_sale sale ON sale.shift_id = closed.shift_id"
            " AND sale.status = 'finalized'",
        ),
        _of_removed(
            _DATE.format(at="voided.voided_at"),
            "voided.id",
            f"({_VOIDED}) voided ON voided.of_shift = closed.shift_id",
        ),
        _of_acts(
            "'void'",
            "voided.voided_at",
            "voided.voided_by_id, voided.void_reason, voided.total",
            f"({_VOIDED}) voided ON voided.of_shift = closed.shift_id",
        ),
        _of_acts(
            "it.kind",
            "it.moved_at",
            "it.staff_member_id, it.reason, it.amount",
            "sales_cashmovement it ON it.shift_id = closed.shift_id",
        ),
        _of_acts(
            "'correction'",
            "it.corrected_at",
            "it.staff_member_id, it.reason, it.amount",
            "sales_tendercorrection it ON it.shift_id = closed.shift_id",
        ),
        _of_acts(
            "'variance'",
            "shift.closed_at",
            "shift.closed_by_id, shift.variance_reason,"
            " shift.counted_cash - shift.expected_cash",
            "sales_shift shift ON shift.id = closed.shift_id"
            " AND shift.counted_cash <> shift.expected_cash",
        ),
    )
)

# An amount that is unknown here is compared in sum, below.
_AGAIN = f"""
    SELECT closed.company_id, closed.name, own.shift_id, own.what, own.person_id,
           own.reason, own.on_date, count(*) AS count, sum(own.amount) AS amount,
           count(*) = count(own.amount) AS is_known
    FROM ({_ACTS}) own
    JOIN closed ON closed.shift_id = own.shift_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  our own columns

_FOUND = """
    SELECT closed.company_id, closed.name, own.shift_id, own.what, own.person_id,
           own.reason, own.business_date AS on_date,
           sum(own.count) AS count, sum(own.amount) AS amount, count(*) AS rows
    FROM closed
    JOIN sales_shiftreason own ON own.shift_id = closed.shift_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

REASONS_AGAIN = (
    f"""
    SELECT coalesce(own.company_id, again.company_id),
           coalesce(own.name, again.name) || ' ' || coalesce(own.what, again.what),
           ROW(own.on_date, own.person_id, own.reason, own.count, own.amount, own.rows,
               again.on_date, again.person_id, again.reason, again.count,
               again.amount)::text
    FROM ({_FOUND}) own
    FULL JOIN ({_AGAIN}) again
        ON again.shift_id = own.shift_id AND again.what = own.what
        AND again.person_id = own.person_id AND again.reason = own.reason
        AND again.on_date = own.on_date
    WHERE own.rows IS DISTINCT FROM 1 OR own.count IS DISTINCT FROM again.count
        OR (again.is_known AND own.amount IS DISTINCT FROM again.amount)
    """,  # noqa: S608  our own columns
    # What was taken off is in the hours, too, which the Z report has.
    """
    SELECT closed.company_id, closed.name || ' ' || tied.person_id,
           ROW(tied.business_date, tied.discounts, tied.points)::text
    FROM closed
    JOIN (
        SELECT taken.shift_id, taken.business_date, taken.person_id,
               sum(taken.discounts) AS discounts, sum(taken.points) AS points
        FROM (
            SELECT shift_id, business_date, cashier_id AS person_id, discounts,
                   points_value AS points
            FROM sales_shifthour WHERE true /*of_shifts sales_shifthour.shift_id*/
            UNION ALL
            SELECT shift_id, business_date, person_id,
                   CASE WHEN what = 'points' THEN 0 ELSE -amount END,
                   CASE WHEN what = 'points' THEN -amount ELSE 0 END
            FROM sales_shiftreason
            WHERE what IN ('line_discount', 'label_price', 'offer', 'sale_discount',
                           'points')
                /*of_shifts sales_shiftreason.shift_id*/
        ) taken
        GROUP BY taken.shift_id, taken.business_date, taken.person_id
    ) tied ON tied.shift_id = closed.shift_id
    WHERE tied.discounts <> 0 OR tied.points <> 0
    """,
)
