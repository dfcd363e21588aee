"""Checks of the chain: every document links to the one before, up to the head."""

from collections.abc import Iterator

from django.db import connection

from pos.core.chains import CHAIN_START, chain_hash
from sales.books.check import Check, Link, Offence, Scope, narrow

# The number of rows fetched at a time.
BATCH = 2_000


def find_broken_links(scope: Scope) -> Iterator[Offence]:
    """Do what the statement of I27 does, by the function that made the hashes.

    From the first link of each chain, or from the last one that was proven: that one
    still has its hash, and as many are before it as its number says.
    """
    for till_id, (company_id, code, last_chain_no, head) in _read_heads(scope).items():
        last: Link = (0, CHAIN_START)
        if scope.added and till_id in scope.added.links:
            last = scope.added.links[till_id]
            if _count_links(last[0], till_id, company_id) != (last[0], last[1]):
                yield (
                    company_id,
                    f"{code} {last[0]} was proven with another hash",
                    last[1],
                )
        for chain_no, previous, own, text in read_in_batches(
            "SELECT chain_no, previous_hash, hash, text FROM sales_fiscaldocument"  # noqa: S608
            f" WHERE company_id = {company_id:d} AND till_id = {till_id:d}"
            f" AND chain_no > {last[0]:d} ORDER BY chain_no"
        ):
            if (chain_no, previous, own) != (
                last[0] + 1,
                last[1],
                chain_hash(previous, text),
            ):
                yield company_id, f"{code} {chain_no}", f"{previous} {own}"
            last = (chain_no, own)
        if last != (last_chain_no, head):
            yield company_id, f"{code} ends at {last_chain_no}", head


def _count_links(chain_no: int, till_id: int, company_id: int) -> tuple[int, str]:
    """Return how many links there are up to that number, and the hash of that one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (SELECT hash FROM sales_fiscaldocument"
            " WHERE company_id = %(company)s AND till_id = %(till)s"
            " AND chain_no = %(number)s)"
            " FROM sales_fiscaldocument WHERE company_id = %(company)s"
            " AND till_id = %(till)s AND chain_no <= %(number)s",
            {"company": company_id, "till": till_id, "number": chain_no},
        )
        count, own = cursor.fetchone()
    return count, own


def _read_heads(scope: Scope) -> dict[int, tuple[int, str, int, str]]:
    """Return company, code, last number and last hash of each till."""
    with connection.cursor() as cursor:
        cursor.execute(
            narrow(
                "SELECT id, company_id, code, last_chain_no, chain_head"
                " FROM pos_till till WHERE true /*company till*/ ORDER BY id",
                scope,
            )
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def read_in_batches(query: str) -> Iterator[tuple]:
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
        is_whole_only=True,
    ),
    Check(
        "I65",
        "Worked out again outside the database, every hash of every chain is the same.",
        find=find_broken_links,
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
        FROM (
            SELECT * FROM sales_sale
            WHERE status = 'finalized' /*of_sales sales_sale.id*/
        ) sale
        FULL JOIN (
            SELECT * FROM sales_fiscaldocument
            WHERE kind <> 'z_report' /*of_sales sales_fiscaldocument.sale_id*/
        ) document ON document.sale_id = sale.id
        WHERE ((sale.till_id, sale.kind) IS DISTINCT FROM
                (document.till_id, document.kind))
            /*company sale*/ /*dated sale*/
        """,
    ),
)
