"""Checks of shifts: one open shift a till, and the cash in its drawer."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I30",
        "A closed shift expected its float, its cash net of change, what corrections"
        " brought or took, what was put in or taken out, and its part payments in"
        " cash.",
        """
        SELECT shift.company_id, till.code || ' ' || shift.opened_at,
               ROW(shift.opening_float, shift.expected_cash, moved.amount)::text
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        LEFT JOIN (
            SELECT cash.shift_id, sum(cash.amount) AS amount
            FROM (
                SELECT sale.shift_id, tender.amount
                FROM sales_sale sale
                JOIN sales_tender tender
                    ON tender.sale_id = sale.id AND tender.kind = 'cash'
                WHERE true /*of_shifts sale.shift_id*/
                UNION ALL
                SELECT shift_id, amount FROM sales_tendercorrection
                WHERE kind_after = 'cash'
                UNION ALL
                SELECT shift_id, -amount FROM sales_tendercorrection
                WHERE kind_before = 'cash'
                UNION ALL
                SELECT shift_id, amount FROM sales_cashmovement
                UNION ALL
                SELECT shift_id, amount FROM sales_partpayment WHERE kind = 'cash'
            ) cash
            GROUP BY cash.shift_id
        ) moved ON moved.shift_id = shift.id
        WHERE shift.closed_at IS NOT NULL
            AND shift.expected_cash
                <> shift.opening_float + coalesce(moved.amount, 0)
            /*company shift*/ /*since shift*/
        """,
    ),
    Check(
        "I31",
        "A closed shift was counted, and its variance is the count less what was"
        " expected, with a reason; it has its time zone and end of the day. An open one"
        " has none of these.",
        """
        SELECT shift.company_id, till.code || ' ' || shift.opened_at,
               ROW(shift.closed_at, shift.closed_by_id, shift.counted_cash,
                   shift.expected_cash, shift.variance)::text
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        WHERE CASE WHEN shift.closed_at IS NULL
                THEN num_nonnulls(shift.counted_cash, shift.expected_cash,
                                  shift.closed_by_id, shift.day_ends_at) > 0
                    OR shift.time_zone <> ''
                ELSE num_nulls(shift.counted_cash, shift.expected_cash,
                               shift.closed_by_id, shift.day_ends_at) > 0
                    OR shift.time_zone = ''
                    OR shift.variance IS DISTINCT FROM
                        shift.counted_cash - shift.expected_cash
                    OR (shift.counted_cash <> shift.expected_cash
                        AND shift.variance_reason = '')
                END
            /*company shift*/ /*since shift*/
        """,
    ),
    Check(
        "I32",
        "A till has one open shift at most, and what its shifts sold does not overlap.",
        # By the chain and not by the clock, which may be set back.
        """
        SELECT till.company_id, till.code || ' ' || shift.opened_at,
               ROW(shift.opened_at, shift.closed_at, shift.first, shift.sold_before,
                   shift.open)::text
        FROM (
            SELECT shift.id, shift.company_id, shift.till_id, shift.opened_at,
                   shift.closed_at, sold.first,
                   max(sold.last) OVER earlier AS sold_before,
                   count(*) FILTER (WHERE shift.closed_at IS NULL) OVER (
                       PARTITION BY shift.till_id) AS open
            FROM sales_shift shift
            LEFT JOIN (
                SELECT sale.shift_id, min(document.chain_no) AS first,
                       max(document.chain_no) AS last
                FROM sales_sale sale
                JOIN sales_fiscaldocument document ON document.sale_id = sale.id
                WHERE true /*of_shifts sale.shift_id*/
                GROUP BY sale.shift_id
            ) sold ON sold.shift_id = shift.id
            WINDOW earlier AS (PARTITION BY shift.till_id ORDER BY shift.id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) shift
        JOIN pos_till till ON till.id = shift.till_id
        WHERE (shift.first < shift.sold_before
                OR (shift.open > 1 AND shift.closed_at IS NULL)
                OR shift.closed_at < shift.opened_at - interval '1 minute')
            /*company shift*/
        """,
    ),
    Check(
        "I33",
        "Every finalized sale is in a shift of its own till, within its hours.",
        # Servers' clocks differ a little, and a sale may wait for the close.
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(shift.till_id, sale.till_id, sale.finalized_at, shift.opened_at,
                   shift.closed_at)::text
        FROM sales_sale sale
        LEFT JOIN sales_shift shift ON shift.id = sale.shift_id
        WHERE sale.status = 'finalized'
            AND (shift.till_id IS DISTINCT FROM sale.till_id
                OR sale.finalized_at < shift.opened_at - interval '1 minute'
                OR sale.finalized_at > shift.closed_at + interval '1 minute')
            /*company sale*/ /*since sale*/
        """,
    ),
)
