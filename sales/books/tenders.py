"""Checks of tenders: money taken, change and cash rounding."""

import json
from collections.abc import Iterator
from hashlib import sha256

from sales.books.chain import read_in_batches
from sales.books.check import Check, Offence, Scope, narrow


def find_unknown_repeats(scope: Scope) -> Iterator[Offence]:
    """Find sales whose fingerprint is not that of their tenders."""
    tendered = narrow(
        """
        SELECT sale.company_id, sale.receipt_number, sale.tenders_fingerprint,
               json_agg(array_to_json(array_remove(ARRAY[tender.kind,
                    trim_scale(tender.tendered)::text, tender.reference,
                    CASE WHEN tender.is_pending THEN 'awaited' END,
                    'of ' || trim_scale(tender.face_value)], NULL))
                    ORDER BY tender.position)
        FROM sales_sale sale
        JOIN sales_tender tender ON tender.sale_id = sale.id
        WHERE sale.status = 'finalized' AND sale.kind = 'sale'
            /*company sale*/ /*since sale*/
        GROUP BY sale.id
        -- The tender of an exchange is nothing that a till names.
        HAVING bool_and(tender.kind <> 'exchange')
        """,
        scope,
    )
    for company_id, receipt, fingerprint, tenders in read_in_batches(tendered):
        content = tenders if isinstance(tenders, list) else json.loads(tenders)
        text = json.dumps(content, separators=(",", ":"))
        if sha256(text.encode()).hexdigest() != fingerprint:
            yield company_id, receipt, f"{fingerprint} {text}"


CHECKS = (
    Check(
        "I03",
        "The tenders of a finalized sale, net of change, are what was due.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.due, sum(tender.amount))::text
        FROM sales_sale sale
        LEFT JOIN sales_tender tender ON tender.sale_id = sale.id
        WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        GROUP BY sale.id
        HAVING coalesce(sum(tender.amount), 0) <> sale.due
        """,
    ),
    Check(
        "I04",
        "A tender is what was given less its change; only cash gives change, and"
        " only on a sale is anything taken in.",
        """
        SELECT tender.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || tender.position,
               ROW(tender.kind, tender.tendered, tender.change, tender.amount)::text
        FROM sales_tender tender
        JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE (tender.amount <> tender.tendered - tender.change
                OR tender.change < 0 OR tender.amount = 'NaN'
                OR (tender.change <> 0 AND tender.kind <> 'cash')
                OR CASE WHEN sale.kind = 'sale' THEN tender.amount < 0
                        ELSE tender.amount > 0 OR tender.change <> 0 END)
            /*company tender*/ /*since sale*/
        """,
    ),
    Check(
        "I10",
        "Cash rounding is less than the smallest coin, and on a sale only where cash"
        " was paid. Of the refunds of a sale, the last takes what the others left.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.rounding)::text
        FROM sales_sale sale
        JOIN pos_company company ON company.id = sale.company_id
        WHERE sale.status = 'finalized' AND sale.rounding <> 0
            -- A shop may have had another smallest coin: five of the minor unit.
            -- Refunds of a sale are checked together, by their sum (I22).
            AND (sale.original_id IS NULL AND abs(sale.rounding) >= greatest(
                    company.cash_rounding_step,
                    5 * power(10::numeric, -company.currency_places))
                -- A refund gives back what was rounded off, in any way of paying.
                OR (sale.kind = 'sale'
                    AND NOT EXISTS (SELECT FROM sales_tender tender
                                    WHERE tender.sale_id = sale.id
                                        AND tender.kind = 'cash')))
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I38",
        "A finalized sale knows a repeat by the fingerprint of its very tenders.",
        find=find_unknown_repeats,
    ),
    Check(
        "I40",
        "No money was taken for a sale that was not finalized.",
        """
        SELECT tender.company_id,
               coalesce(sale.uid::text, 'tender ' || tender.id),
               ROW(tender.id, tender.amount, sale.status)::text
        FROM sales_tender tender
        LEFT JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE sale.status IS DISTINCT FROM 'finalized'
            /*company tender*/ /*of_sales tender.sale_id*/
        """,
    ),
    Check(
        "I60",
        "A sale's tenders are numbered 1, 2, 3 in the order given.",
        """
        SELECT tender.company_id, coalesce(max(sale.receipt_number), 'none'),
               ROW(array_agg(tender.position ORDER BY tender.position))::text
        FROM sales_tender tender
        LEFT JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE true /*company tender*/ /*since sale*/
        GROUP BY tender.company_id, tender.sale_id
        HAVING min(tender.position) <> 1 OR max(tender.position) <> count(*)
        """,
    ),
)
