"""Books: whether every sum equals its ledger after a run."""

from django.db import connection

from sales.models.fiscal_fields import SALE

# What a document says only where it is not neutral, such as the device.
OPTIONAL = ", ".join(f"'{field.name}'" for field in SALE.optional)

# Each query finds faults; no row means that the check holds.
CHECKS = {
    "receipt numbers run without a gap": """
        SELECT till.code FROM pos_till till
        LEFT JOIN sales_sale sale ON sale.till_id = till.id
            AND sale.status = 'finalized'
        GROUP BY till.id
        HAVING count(sale.id) <> till.last_sale_number
            OR coalesce(max(sale.number), 0) <> till.last_sale_number
    """,
    "each till's chain holds": """
        SELECT till_id, chain_no FROM (
            SELECT till_id, chain_no, previous_hash, hash, text,
                   lag(hash, 1, repeat('0', 64)) OVER link AS expected,
                   row_number() OVER link AS place
            FROM sales_fiscaldocument
            WINDOW link AS (PARTITION BY till_id ORDER BY chain_no)
        ) chained
        WHERE previous_hash <> expected OR place <> chain_no
            OR hash <> encode(
                sha256(convert_to(previous_hash || text, 'UTF8')), 'hex')
    """,
    "each till ends where its chain does": """
        SELECT till.code FROM pos_till till
        LEFT JOIN sales_fiscaldocument document
            ON document.till_id = till.id AND document.chain_no = till.last_chain_no
        WHERE till.chain_head <> coalesce(document.hash, repeat('0', 64))
    """,
    "points equal their ledger": """
        SELECT customer.code FROM customers_customer customer
        LEFT JOIN customers_pointsentry entry ON entry.customer_id = customer.id
        GROUP BY customer.id
        HAVING customer.points_balance <> coalesce(sum(entry.points), 0)
    """,
    "every sale earned its points": """
        SELECT sale.id FROM sales_sale sale
        LEFT JOIN customers_pointsentry entry
            ON entry.company_id = sale.company_id AND entry.source = sale.uid
        WHERE sale.status = 'finalized' AND sale.customer_id IS NOT NULL
            AND coalesce(entry.points, 0) <> trunc(sale.total / 10)
    """,
    "stock equals its movements": """
        SELECT item.id FROM pos_stockitem item
        LEFT JOIN pos_stockmovement movement ON movement.stock_item_id = item.id
        GROUP BY item.id HAVING item.on_hand <> coalesce(sum(movement.quantity), 0)
    """,
    "every line moved its stock": """
        SELECT line.id FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id AND sale.status = 'finalized'
        LEFT JOIN pos_stockmovement movement
            ON movement.company_id = line.company_id AND movement.source = sale.uid
            AND movement.source_line = line.position
        WHERE coalesce(movement.quantity, 0) <> -line.quantity
    """,
    "tenders pay what is due": """
        SELECT sale.id FROM sales_sale sale
        LEFT JOIN sales_tender tender ON tender.sale_id = sale.id
        WHERE sale.status = 'finalized'
        GROUP BY sale.id HAVING sale.due <> coalesce(sum(tender.amount), 0)
    """,
    "every document says the same things": f"""
        SELECT keys FROM (
            SELECT DISTINCT ARRAY(
                SELECT key FROM json_object_keys(text::json) AS key
                WHERE key NOT IN ({OPTIONAL})
            ) AS keys
            FROM sales_fiscaldocument
        ) said OFFSET 1
    """,
}


def sales() -> int:
    """The number of finished sales."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sales_sale WHERE status = 'finalized'")
        return cursor.fetchone()[0]


def problems() -> list[str]:
    """The checks that found a fault."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")
        for name, query in CHECKS.items():
            cursor.execute(f"SELECT count(*) FROM ({query}) wrong")
            (count,) = cursor.fetchone()
            if count:
                found.append(f"not true that {name}: {count}")
    return found
