"""Checks of points: the balances of customers and the entries behind them."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I16",
        "A customer's points are the sum of their entries.",
        """
        SELECT customer.company_id, customer.code,
               ROW(customer.points_balance - coalesce(entered.points, 0))::text
        FROM customers_customer customer
        LEFT JOIN (
            SELECT customer_id, sum(points) AS points
            FROM customers_pointsentry GROUP BY customer_id
        ) entered ON entered.customer_id = customer.id
        WHERE customer.points_balance <> coalesce(entered.points, 0)
            /*company customer*/
        """,
    ),
    Check(
        "I17",
        "Points are earned at most once by a sale, and by its own customer.",
        """
        SELECT entry.company_id, entry.source::text,
               ROW(count(*), sale.status, sale.customer_id, min(entry.customer_id),
                   max(entry.customer_id))::text
        FROM customers_pointsentry entry
        LEFT JOIN sales_sale sale
            ON sale.company_id = entry.company_id AND sale.uid = entry.source
        WHERE entry.kind = 'earn' /*company entry*/ /*since sale*/
        GROUP BY entry.company_id, entry.source, sale.id
        HAVING count(*) > 1 OR sale.status IS DISTINCT FROM 'finalized'
            OR min(entry.customer_id) IS DISTINCT FROM sale.customer_id
            OR max(entry.customer_id) IS DISTINCT FROM sale.customer_id
        """,
    ),
    Check(
        "I18",
        "Points taken back for refunds are never more than the sale earned, and never"
        " more than what is left of it no longer earns; points given back are never"
        " more than it used.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(refunds.reversed, refunds.returned, earned.points,
                   given_back.total)::text
        FROM sales_sale sale
        JOIN (
            SELECT refund.original_id,
                   -coalesce(sum(entry.points)
                       FILTER (WHERE entry.kind = 'reverse'), 0) AS reversed,
                   coalesce(sum(entry.points)
                       FILTER (WHERE entry.kind = 'return'), 0) AS returned
            FROM sales_sale refund
            JOIN customers_pointsentry entry
                ON entry.company_id = refund.company_id AND entry.source = refund.uid
            WHERE refund.kind = 'refund' AND refund.original_id IS NOT NULL
            GROUP BY refund.original_id
        ) refunds ON refunds.original_id = sale.id
        LEFT JOIN customers_pointsentry earned
            ON earned.company_id = sale.company_id AND earned.source = sale.uid
            AND earned.kind = 'earn'
        LEFT JOIN (
            SELECT original_id, sum(total) AS total FROM sales_sale
            WHERE kind = 'refund' AND status = 'finalized' GROUP BY original_id
        ) given_back ON given_back.original_id = sale.id
        WHERE (refunds.reversed > coalesce(earned.points, 0)
                OR refunds.returned > sale.points_redeemed
                OR refunds.reversed > earned.points - floor(
                    greatest(sale.total + given_back.total, 0)
                    / earned.amount_per_point))
            /*company sale*/
        """,
    ),
    Check(
        "I85",
        "A sale earned one point for every whole amount of the rate that was in force.",
        """
        SELECT entry.company_id, coalesce(sale.receipt_number, entry.source::text),
               ROW(entry.points, entry.amount_per_point, sale.total)::text
        FROM customers_pointsentry entry
        LEFT JOIN sales_sale sale
            ON sale.company_id = entry.company_id AND sale.uid = entry.source
        WHERE entry.kind = 'earn'
            AND entry.points IS DISTINCT FROM
                floor(sale.total / nullif(entry.amount_per_point, 0))
            /*company entry*/ /*dated sale*/ /*added entry customers_pointsentry*/
        """,
    ),
    Check(
        "I86",
        "A sale used exactly the points that its customer gave for it, at their value;"
        " and nobody's balance was ever taken below zero by it.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.points_redeemed, sale.points_value, sale.point_value,
                   entry.points, entry.balance_after, entry.customer_id)::text
        FROM sales_sale sale
        LEFT JOIN customers_pointsentry entry
            ON entry.company_id = sale.company_id AND entry.source = sale.uid
            AND entry.kind = 'redeem'
        WHERE sale.status = 'finalized' AND sale.kind = 'sale'
            AND (sale.points_redeemed <> -coalesce(entry.points, 0)
                OR sale.points_value <> sale.points_redeemed * sale.point_value
                OR entry.customer_id <> sale.customer_id
                OR entry.balance_after < 0)
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I87",
        "Only what a refund takes back brings a balance below zero, and every entry of"
        " a sale or refund has one.",
        """
        SELECT entry.company_id, entry.kind || ' ' || entry.source,
               ROW(entry.id, entry.points, entry.balance_after, sale.status,
                   sale.kind)::text
        FROM customers_pointsentry entry
        LEFT JOIN sales_sale sale
            ON sale.company_id = entry.company_id AND sale.uid = entry.source
        WHERE ((entry.points < 0 AND entry.balance_after < 0
                    AND entry.kind <> 'reverse')
                OR (entry.kind IN ('earn', 'redeem', 'reverse', 'return')
                    AND (sale.status IS DISTINCT FROM 'finalized'
                        OR sale.kind <> CASE WHEN entry.kind IN ('earn', 'redeem')
                            THEN 'sale' ELSE 'refund' END))
                OR sign(entry.points) <> CASE
                    WHEN entry.kind IN ('earn', 'return') THEN 1
                    WHEN entry.kind IN ('redeem', 'reverse', 'expire') THEN -1
                    ELSE sign(entry.points) END)
            /*company entry*/ /*dated sale*/ /*added entry customers_pointsentry*/
        """,
    ),
    Check(
        "I62",
        "An entry says the balance that it made.",
        """
        SELECT entry.company_id, customer.code || ' ' || entry.id,
               ROW(entry.balance_after - entry.balance)::text
        FROM (
            SELECT id, company_id, customer_id, balance_after,
                   sum(points) OVER (PARTITION BY customer_id ORDER BY id) AS balance
            FROM customers_pointsentry
        ) entry
        JOIN customers_customer customer ON customer.id = entry.customer_id
        WHERE entry.balance_after <> entry.balance /*company entry*/
        """,
    ),
    Check(
        "I128",
        "While a programme is active, every sale of a customer in an open shift earns.",
        # What closed shifts earned is on their Z reports (I120).
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.total, sale.customer_id)::text
        FROM sales_sale sale
        JOIN sales_shift shift ON shift.id = sale.shift_id AND shift.closed_at IS NULL
        JOIN customers_customer customer
            ON customer.id = sale.customer_id AND customer.is_active
        JOIN customers_loyaltyprogramme programme
            ON programme.company_id = sale.company_id AND programme.is_active
        WHERE sale.status = 'finalized' AND sale.kind = 'sale'
            AND sale.total >= programme.amount_per_point
            AND NOT EXISTS (SELECT FROM customers_pointsentry entry
                            WHERE entry.company_id = sale.company_id
                                AND entry.source = sale.uid AND entry.kind = 'earn')
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I129",
        "What a sale earned too much after its refunds is taken back, no more and no"
        " less; and the points that it used come back in proportion.",
        # Where no balance may fall below zero, less is taken from one that was empty.
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(earned.points, refunds.reversed, refunds.returned,
                   refunds.total)::text
        FROM sales_sale sale
        JOIN (
            SELECT refund.original_id, sum(refund.total) AS total,
                   sum(refund.points_value) AS value,
                   -sum(refund.points_redeemed) AS returned_here,
                   -coalesce(sum(reverse.points), 0) AS reversed,
                   coalesce(sum(return.points), 0) AS returned,
                   bool_or(reverse.balance_after <= 0 OR reverse.reason <> '')
                       AS ran_out,
                   max(refund.finalized_at) AS at
            FROM sales_sale refund
            LEFT JOIN customers_pointsentry reverse
                ON reverse.company_id = refund.company_id
                AND reverse.source = refund.uid AND reverse.kind = 'reverse'
            LEFT JOIN customers_pointsentry return
                ON return.company_id = refund.company_id
                AND return.source = refund.uid AND return.kind = 'return'
            WHERE refund.kind = 'refund' AND refund.status = 'finalized'
                AND refund.original_id IS NOT NULL
            GROUP BY refund.original_id
        ) refunds ON refunds.original_id = sale.id
        LEFT JOIN customers_pointsentry earned
            ON earned.company_id = sale.company_id AND earned.source = sale.uid
            AND earned.kind = 'earn'
        CROSS JOIN LATERAL (SELECT coalesce(greatest(earned.points - floor(
            greatest(sale.total + refunds.total, 0) / earned.amount_per_point), 0), 0)
            AS points) due
        WHERE (refunds.returned_here <> refunds.returned
                OR (sale.points_redeemed <> 0 AND refunds.returned <> floor(
                    sale.points_redeemed * -(refunds.total + refunds.value)
                    / nullif(sale.total + sale.points_value, 0)))
                OR refunds.reversed > due.points
                OR (refunds.reversed < due.points
                    AND refunds.ran_out IS NOT TRUE
                    AND 0 < coalesce((
                        SELECT entry.balance_after FROM customers_pointsentry entry
                        WHERE entry.customer_id = sale.customer_id
                            AND entry.entered_at <= refunds.at
                        ORDER BY entry.id DESC LIMIT 1), 0)))
            /*company sale*/ /*of_sales sale.id*/
        """,
    ),
    Check(
        "I130",
        "Somebody adjusted points for a reason; only what was earned has a rate; and no"
        " adjustment names a sale.",
        """
        SELECT entry.company_id, entry.kind || ' ' || entry.source,
               ROW(entry.reason, entry.staff_member_id, entry.amount_per_point)::text
        FROM customers_pointsentry entry
        LEFT JOIN sales_sale sale
            ON sale.company_id = entry.company_id AND sale.uid = entry.source
        WHERE ((entry.kind = 'earn') <> (entry.amount_per_point IS NOT NULL)
                OR (entry.kind IN ('adjust', 'expire') AND sale.id IS NOT NULL)
                OR (entry.kind = 'adjust'
                    AND (entry.reason = '' OR entry.staff_member_id IS NULL)))
            /*company entry*/ /*added entry customers_pointsentry*/
        """,
    ),
)
