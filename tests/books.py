"""What is always true of the books, and what a refusal leaves of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Each finds what is wrong; nothing found is right.
LAWS = {
    "stock is the sum of its movements": """
        SELECT item.id FROM pos_stockitem item
        LEFT JOIN pos_stockmovement movement ON movement.stock_item_id = item.id
        GROUP BY item.id
        HAVING item.on_hand <> coalesce(sum(movement.quantity), 0)
    """,
    "points are the sum of their entries": """
        SELECT customer.id FROM customers_customer customer
        LEFT JOIN customers_pointsentry entry ON entry.customer_id = customer.id
        GROUP BY customer.id
        HAVING customer.points_balance <> coalesce(sum(entry.points), 0)
    """,
    "an entry says the balance that it made": """
        SELECT id FROM (
            SELECT id, balance_after,
                   sum(points) OVER (PARTITION BY customer_id ORDER BY id) AS balance
            FROM customers_pointsentry
        ) entry WHERE balance_after <> balance
    """,
    "points were earned by the sale's own customer": """
        SELECT entry.id FROM customers_pointsentry entry
        LEFT JOIN sales_sale sale
            ON sale.company_id = entry.company_id AND sale.uid = entry.source
        WHERE entry.kind = 'earn'
            AND sale.customer_id IS DISTINCT FROM entry.customer_id
    """,
    "receipt numbers have no gap": """
        SELECT till.id FROM pos_till till
        CROSS JOIN (VALUES ('sale'), ('refund')) AS of(kind)
        CROSS JOIN LATERAL (
            SELECT CASE of.kind WHEN 'sale' THEN till.last_sale_number
                   ELSE till.last_refund_number END AS n
        ) last
        LEFT JOIN sales_sale sale ON sale.till_id = till.id
            AND sale.status = 'finalized' AND sale.kind = of.kind
        GROUP BY till.id, of.kind, last.n
        HAVING count(sale.id) <> last.n OR coalesce(max(sale.number), 0) <> last.n
    """,
    "every chain holds, up to the till's head": """
        SELECT till.id FROM pos_till till
        LEFT JOIN LATERAL (
            SELECT count(*) AS n, max(chain_no) AS last,
                   bool_and(chain_no = place AND previous_hash = expected
                       AND hash = encode(sha256(
                           convert_to(previous_hash || text, 'UTF8')), 'hex')
                   ) AS holds,
                   max(hash) FILTER (WHERE chain_no = till.last_chain_no) AS head
            FROM (
                SELECT *, row_number() OVER link AS place,
                       lag(hash, 1, repeat('0', 64)) OVER link AS expected
                FROM sales_fiscaldocument WHERE till_id = till.id
                WINDOW link AS (ORDER BY chain_no)
            ) document
        ) chain ON true
        WHERE n <> till.last_chain_no OR NOT coalesce(holds, true)
            OR till.chain_head <> coalesce(head, repeat('0', 64))
    """,
    "every tracked line moved its stock once, at the sale's outlet": """
        SELECT line.id FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_till till ON till.id = sale.till_id
        JOIN pos_product product ON product.id = line.product_id
        LEFT JOIN LATERAL (
            SELECT count(*) AS n, sum(movement.quantity) AS quantity
            FROM pos_stockmovement movement
            JOIN pos_stockitem item ON item.id = movement.stock_item_id
            WHERE movement.company_id = sale.company_id
                AND movement.kind = sale.kind AND movement.source = sale.uid
                AND movement.source_line = line.position
                AND item.product_id = product.id AND item.outlet_id = till.outlet_id
        ) moved ON true
        WHERE sale.status = 'finalized' AND line.removed_by IS NULL
            AND product.is_tracked
            AND (n <> 1 OR moved.quantity <> -line.quantity)
    """,
    "what a line came back as is what its refunds say": """
        SELECT line.id FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        LEFT JOIN sales_saleline back ON back.original_line_id = line.id
        WHERE sale.kind = 'sale'
        GROUP BY line.id
        HAVING line.refunded_quantity <> -coalesce(sum(back.quantity), 0)
            OR line.refunded_total <> -coalesce(sum(back.total), 0)
    """,
    "a line that came back whole took back all of its parts": """
        SELECT line.id FROM sales_saleline line
        JOIN sales_saleline back ON back.original_line_id = line.id
        WHERE line.refunded_quantity = line.quantity
        GROUP BY line.id
        HAVING line.total <> -sum(back.total)
            OR line.net_total <> -sum(back.net_total)
            OR line.list_amount <> -sum(back.list_amount)
            OR line.line_discount <> -sum(back.line_discount)
            OR line.sale_discount <> -sum(back.sale_discount)
            OR line.points_discount <> -sum(back.points_discount)
    """,
    "no more is paid back than was paid": """
        SELECT sale.id FROM sales_sale sale
        JOIN sales_sale refund ON refund.original_id = sale.id
        GROUP BY sale.id HAVING sale.due < -sum(refund.due)
    """,
    "goods not fit for the shelf were written off": """
        SELECT line.id FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_product product ON product.id = line.product_id
        LEFT JOIN pos_stockmovement movement
            ON movement.company_id = sale.company_id AND movement.source = sale.uid
            AND movement.source_line = line.position AND movement.kind = 'write_off'
        WHERE sale.kind = 'refund' AND sale.status = 'finalized'
            AND product.is_tracked
            AND coalesce(movement.quantity, 0)
                <> CASE WHEN line.is_restocked THEN 0 ELSE line.quantity END
    """,
    "a closed shift expected its float and its cash, as corrected": """
        SELECT shift.id FROM sales_shift shift
        LEFT JOIN LATERAL (
            SELECT sum(tender.amount) AS amount FROM sales_tender tender
            JOIN sales_sale sale ON sale.id = tender.sale_id
            WHERE sale.shift_id = shift.id AND tender.kind = 'cash'
        ) taken ON true
        LEFT JOIN LATERAL (
            SELECT sum(CASE WHEN kind_after = 'cash' THEN amount
                            WHEN kind_before = 'cash' THEN -amount END) AS amount
            FROM sales_tendercorrection WHERE shift_id = shift.id
        ) corrected ON true
        WHERE shift.closed_at IS NOT NULL
            AND shift.expected_cash <> shift.opening_float
                + coalesce(taken.amount, 0) + coalesce(corrected.amount, 0)
    """,
}


def broken_laws() -> list[str]:
    """The laws that do not hold; deferred constraints are judged first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{law.replace(chr(39), chr(39) * 2)}'"
                f" WHERE EXISTS ({query.replace('%', '%%')})"
                for law, query in LAWS.items()
            )
        )
        return [law for (law,) in cursor.fetchall()]


def every_row() -> dict[str, list[str]]:
    """All that is written down about any company, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND (column_name = 'company_id' OR table_name = 'pos_company')"
            " GROUP BY table_name ORDER BY table_name"
        )
        tables = [table for (table,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            rows[table] = [text for (text,) in cursor.fetchall()]
    return rows


@contextmanager
def nothing_is_written() -> Iterator[None]:
    """Afterwards every row is as it was."""
    before = every_row()
    yield
    assert every_row() == before
