"""Checks of the chain: every document links to the one before, up to the head."""

from collections.abc import Iterator

from django.db import connection

from sales.books.check import Check, Offence, Scope, narrow
from sales.checkout.fiscal_text import CHAIN_START, chain_hash

# The number of rows fetched at a time.
BATCH = 2_000


def broken_links(scope: Scope) -> Iterator[Offence]:
    """Do what the statement of I27 does, by the function that made the hashes."""
    heads = _heads(scope)
    documents = narrow(
        "SELECT till_id, chain_no, previous_hash, hash, text"
        " FROM sales_fiscaldocument document WHERE true /*company document*/"
        " ORDER BY till_id, chain_no",
        scope,
    )
    last: dict[int, tuple[int, str]] = {}
    for till_id, chain_no, previous, own, text in in_batches(documents):
        place, expected = last.get(till_id, (0, CHAIN_START))
        company_id, code, *_ = heads.get(till_id, (None, f"till {till_id}"))
        if (chain_no, previous, own) != (
            place + 1,
            expected,
            chain_hash(previous, text),
        ):
            yield company_id, f"{code} {chain_no}", f"{previous} {own}"
        last[till_id] = (chain_no, own)
    for till_id, (company_id, code, chain_no, head) in heads.items():
        if last.get(till_id, (0, CHAIN_START)) != (chain_no, head):
            yield company_id, f"{code} ends at {chain_no}", head


def _heads(scope: Scope) -> dict[int, tuple[int, str, int, str]]:
    """Yield company, code, last number and last hash of each till."""
    with connection.cursor() as cursor:
        cursor.execute(
            narrow(
                "SELECT id, company_id, code, last_chain_no, chain_head"
                " FROM pos_till till WHERE true /*company till*/ ORDER BY id",
                scope,
            )
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def in_batches(query: str) -> Iterator[tuple]:
    """Yield the rows of a query, fetched a few at a time."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE books NO SCROLL CURSOR FOR {query}")
        try:
            while True:
                cursor.execute(f"FETCH {BATCH} FROM books")
                rows = cursor.fetchall()
                yield from rows
                if len(rows) < BATCH:
                    break
        finally:
            cursor.execute("CLOSE books")


CHECKS = (
    Check(
        "I27",
        "Every link of a till's chain follows the one before, its hash is that of"
        " its text, and the till holds the last.",
        """
        SELECT till.company_id, till.code,
               ROW(chain.broken, till.last_chain_no - chain.n,
                   till.chain_head = chain.head)::text
        FROM pos_till till
        LEFT JOIN (
            SELECT link.till_id, count(*) AS n,
                   array_agg(link.hash ORDER BY link.chain_no) FILTER (WHERE NOT (
                       link.chain_no = link.place
                       AND link.previous_hash = link.expected
                       AND link.hash = encode(sha256(convert_to(
                           link.previous_hash || link.text, 'UTF8')), 'hex')
                   )) AS broken,
                   (array_agg(link.hash ORDER BY link.chain_no DESC))[1] AS head
            FROM (
                SELECT document.*, row_number() OVER link AS place,
                       lag(document.hash, 1, repeat('0', 64)) OVER link AS expected
                FROM sales_fiscaldocument document
                WHERE true /*company document*/
                WINDOW link AS (PARTITION BY document.till_id
                                ORDER BY document.chain_no)
            ) link
            GROUP BY link.till_id
        ) chain ON chain.till_id = till.id
        WHERE (coalesce(chain.n, 0) <> till.last_chain_no
                OR chain.broken IS NOT NULL
                OR till.chain_head <> coalesce(chain.head, repeat('0', 64)))
            /*company till*/
        """,
    ),
    Check(
        "I65",
        "Worked out again outside the database, every hash of every chain is the same.",
        find=broken_links,
    ),
    Check(
        "I66",
        "Every finalized sale and refund has its one document in its till's chain,"
        " and every document of a sale has its sale.",
        """
        SELECT coalesce(sale.company_id, document.company_id),
               coalesce(sale.receipt_number, 'document ' || document.id),
               ROW(sale.till_id, sale.kind, document.id, document.till_id,
                   document.kind)::text
        FROM (SELECT * FROM sales_sale WHERE status = 'finalized') sale
        FULL JOIN (
            SELECT * FROM sales_fiscaldocument WHERE kind <> 'z_report'
        ) document ON document.sale_id = sale.id
        WHERE ((sale.till_id, sale.kind) IS DISTINCT FROM
                (document.till_id, document.kind))
            /*company sale*/ /*since sale*/
        """,
    ),
)
