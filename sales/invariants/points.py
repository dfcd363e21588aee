"""Checks of points: what customers hold, and how they came by it."""

from sales.invariants.check import Check

CHECKS = (
    Check(
        "I16",
        "A customer's points are the sum of their entries.",
        """
        SELECT customer.company_id, customer.code
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
        SELECT entry.company_id, entry.source::text
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
        "I62",
        "An entry says the balance that it made.",
        """
        SELECT entry.company_id, customer.code || ' ' || entry.id
        FROM (
            SELECT id, company_id, customer_id, balance_after,
                   sum(points) OVER (PARTITION BY customer_id ORDER BY id) AS balance
            FROM customers_pointsentry
        ) entry
        JOIN customers_customer customer ON customer.id = entry.customer_id
        WHERE entry.balance_after <> entry.balance /*company entry*/
        """,
    ),
)
