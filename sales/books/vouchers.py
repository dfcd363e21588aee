"""Checks of vouchers: each is of the company's kinds, counts once, gives no cash."""

from pos.models import TenderKind
from sales.books.check import Check

_KNOWN = ", ".join(f"'{kind}'" for kind in TenderKind.values)

# The kind of a voucher, and its number as it is compared, in each ledger of money.
_NUMBERED = """
    SELECT tender.company_id, tender.kind, tender.reference,
           sign(tender.tendered)::integer AS count
    FROM sales_tender tender
    UNION ALL
    SELECT part.company_id, part.kind, part.reference, sign(part.amount)::integer
    FROM sales_partpayment part
    UNION ALL
    SELECT company_id, kind_after, reference, 1 FROM sales_tendercorrection
    UNION ALL
    SELECT correction.company_id, correction.kind_before,
           coalesce(lag(correction.reference) OVER (
               PARTITION BY correction.tender_id ORDER BY correction.id),
               tender.reference), -1
    FROM sales_tendercorrection correction
    JOIN sales_tender tender ON tender.id = correction.tender_id
"""

CHECKS = (
    Check(
        "I146",
        "A way to pay is one that every company has, or a kind of voucher of the"
        " company's own. A voucher counts for no more than it says that it is worth.",
        f"""
        SELECT money.company_id, money.named, ROW(money.kind, money.face_value)::text
        FROM (
            SELECT company_id, 'tender ' || id AS named, kind, tendered, face_value
            FROM sales_tender
            UNION ALL SELECT company_id, 'part payment ' || uid, kind, abs(amount),
                face_value
            FROM sales_partpayment
            UNION ALL SELECT company_id, 'correction ' || uid, kind_before, 0, NULL
            FROM sales_tendercorrection
            UNION ALL SELECT company_id, 'correction ' || uid, kind_after, 0, NULL
            FROM sales_tendercorrection
        ) money
        WHERE ((money.kind NOT IN ({_KNOWN})
                AND NOT EXISTS (
                    SELECT FROM pos_voucherkind own
                    WHERE own.company_id = money.company_id AND own.code = money.kind))
            OR (money.face_value IS NOT NULL
                AND (money.kind IN ({_KNOWN})
                    OR money.face_value < money.tendered)))
            /*company money*/
        """,  # noqa: S608  names of our own kinds
    ),
    Check(
        "I147",
        "A voucher with a number was taken at most once more than it was given back.",
        f"""
        SELECT used.company_id, used.kind || ' ' || used.number,
               used.count::text
        FROM (
            SELECT company_id, kind, sum(count) AS count,
                   upper(regexp_replace(reference, '\\s', '', 'g')) AS number
            FROM ({_NUMBERED}) numbered
            WHERE kind NOT IN ({_KNOWN}) AND reference <> ''
            GROUP BY company_id, kind, 4
        ) used
        WHERE used.count NOT IN (0, 1) /*company used*/
        """,  # noqa: S608  names of our own kinds
    ),
    Check(
        "I148",
        "What vouchers have paid of a sale goes back by these alone, and at most all of"
        " it.",
        f"""
        SELECT money.company_id, original.receipt_number,
               ROW(money.kind, money.kept)::text
        FROM (
            SELECT company_id, original_id, kind, sum(amount) AS kept,
                   bool_or(is_back) AS has_refund
            FROM (
                SELECT sale.company_id,
                       coalesce(sale.original_id, sale.id) AS original_id,
                       sale.original_id IS NOT NULL AS is_back, tender.amount,
                       CASE WHEN paid.kind IN ({_KNOWN}) THEN '' ELSE paid.kind END
                           AS kind
                FROM sales_tender tender
                JOIN sales_sale sale ON sale.id = tender.sale_id
                LEFT JOIN LATERAL (
                    SELECT CASE WHEN correction.kind_after <> 'cash'
                            OR tender.voucher_code IS NOT NULL
                        THEN correction.kind_after END AS kind
                    FROM sales_tendercorrection correction
                    WHERE correction.tender_id = tender.id
                    ORDER BY correction.id DESC LIMIT 1
                ) corrected ON true
                CROSS JOIN LATERAL (
                    SELECT coalesce(corrected.kind, tender.kind) AS kind
                ) paid
                WHERE sale.status = 'finalized' /*company sale*/
            ) paid
            WHERE original_id IN (
                SELECT sale.original_id FROM sales_sale sale
                WHERE sale.original_id IS NOT NULL /*company sale*/ /*since sale*/
            )
            GROUP BY company_id, original_id, kind
        ) money
        JOIN sales_sale original ON original.id = money.original_id
        WHERE money.kept < 0
        """,  # noqa: S608  names of our own kinds
    ),
    Check(
        "I149",
        "A refund gives back numbers of vouchers that paid for its sale, each once.",
        f"""
        SELECT money.company_id, money.document, ROW(money.kind, money.number)::text
        FROM (
            SELECT sale.company_id, coalesce(sale.original_id, sale.id) AS sale_id,
                   max(sale.receipt_number) FILTER (WHERE tender.tendered < 0)
                       AS document,
                   now.kind, now.number, sum(sign(tender.tendered)) AS count
            FROM sales_tender tender
            JOIN sales_sale sale ON sale.id = tender.sale_id
            LEFT JOIN LATERAL (
                SELECT correction.kind_after, correction.reference
                FROM sales_tendercorrection correction
                WHERE correction.tender_id = tender.id
                ORDER BY correction.id DESC LIMIT 1
            ) corrected ON true
            CROSS JOIN LATERAL (
                SELECT coalesce(corrected.kind_after, tender.kind) AS kind,
                       upper(regexp_replace(
                           coalesce(corrected.reference, tender.reference),
                           '\\s', '', 'g')) AS number
            ) now
            WHERE sale.status = 'finalized' AND now.number <> ''
                AND now.kind NOT IN ({_KNOWN}) /*company sale*/
                AND coalesce(sale.original_id, sale.id) IN (
                    SELECT coalesce(sale.original_id, sale.id) FROM sales_sale sale
                    WHERE sale.kind = 'refund' /*company sale*/ /*since sale*/
                )
            GROUP BY 1, 2, now.kind, now.number
        ) money
        WHERE money.count < 0
        """,  # noqa: S608  names of our own kinds
    ),
)
