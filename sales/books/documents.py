"""Checks of documents: every fiscal field still equals the chained text."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sales.books.chain import read_in_batches
from sales.books.check import Check, Offence, Scope, narrow
from sales.checkout.fiscal_text import VERSION
from sales.models import fiscal_fields

# The fields of a document of a sale, by key, as SQL over the rows of today.
DOCUMENT_FIELDS = {
    "v": str(VERSION),
    "chain_no": "document.chain_no",
    "currency": "company.currency",
    **{
        field.name: field.sql("sale")
        for field in (*fiscal_fields.SALE.said, *fiscal_fields.SALE.optional)
    },
    "lines": "lines.said",
    "tenders": "coalesce(tenders.said, '[]')",
}
_TIMES = tuple(
    field.name
    for field in (*fiscal_fields.SALE.said, *fiscal_fields.SALE.optional)
    if isinstance(field, fiscal_fields.Field) and field.form is fiscal_fields.TIME
)

_DOCUMENTS = f"""
    SELECT document.company_id, sale.receipt_number, document.text,
           {", ".join(DOCUMENT_FIELDS.values())}
    FROM sales_fiscaldocument document
    JOIN sales_sale sale ON sale.id = document.sale_id
    JOIN pos_company company ON company.id = document.company_id
    JOIN pos_staffmember cashier ON cashier.id = sale.cashier_id
    LEFT JOIN pos_staffmember approver ON approver.id = sale.approved_by_id
    LEFT JOIN sales_sale original ON original.id = sale.original_id
    LEFT JOIN (
        SELECT sale_id, json_agg({fiscal_fields.LINE.list_sql("line")}
                                 ORDER BY position) AS said
        FROM sales_saleline line
        WHERE removed_by IS NULL /*of_sales line.sale_id*/ GROUP BY sale_id
    ) lines ON lines.sale_id = sale.id
    LEFT JOIN (
        SELECT sale_id, json_agg({fiscal_fields.TENDER.list_sql("tender")}
                                 ORDER BY position) AS said
        FROM sales_tender tender
        WHERE true /*of_sales tender.sale_id*/ GROUP BY sale_id
    ) tenders ON tenders.sale_id = sale.id
    WHERE true /*company document*/ /*since sale*/
"""  # noqa: S608  our own columns


def find_contradictions(scope: Scope) -> Iterator[Offence]:
    """Find sales and refunds whose document differs from their rows."""
    query = narrow(_DOCUMENTS, scope)
    return compare_documents(query, DOCUMENT_FIELDS, read=_read_document)


def compare_documents(
    query: str, keys: Iterable[str], *, read: Callable[[str], dict[str, Any]]
) -> Iterator[Offence]:
    """Find documents that differ from their rows, and name the fields.

    The query gives the company, the document's number, its text and, in the order of
    ``keys``, what the rows say.
    """
    for company_id, number, text, *values in read_in_batches(query):
        try:
            document = read(text)
        except (ValueError, KeyError, TypeError):
            yield company_id, f"{number}: not a document", text
            continue
        differ = [
            key
            for key, value in zip(keys, values, strict=True)
            if document.get(key, "nothing") != value
        ]
        if differ:
            yield company_id, f"{number}: {', '.join(differ)}", f"{values} {text}"


def _read_document(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    for field in fiscal_fields.SALE.optional:
        document.setdefault(field.name)
    for name in _TIMES:
        if document[name] is not None:
            document[name] = datetime.fromisoformat(document[name])
    return document


CHECKS = (
    Check(
        "I11",
        "Every document is in the currency of its company.",
        """
        SELECT document.company_id, till.code || ' ' || document.chain_no,
               ROW(company.currency, document.hash)::text
        FROM sales_fiscaldocument document
        JOIN pos_company company ON company.id = document.company_id
        JOIN pos_till till ON till.id = document.till_id
        WHERE position('"currency":"' || company.currency || '"' IN document.text) = 0
            /*company document*/ /*added document sales_fiscaldocument*/
        """,
    ),
    Check(
        "I28",
        "A document still says what the rows say: sale, lines and tenders.",
        find=find_contradictions,
    ),
    Check(
        "I83",
        "Where a receipt shows no tax registration number, no tax was charged, but for"
        " what a file stated.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.tax_total, document.hash)::text
        FROM sales_fiscaldocument document
        JOIN sales_sale sale ON sale.id = document.sale_id
        WHERE sale.tax_total <> 0 AND position('"gst":["",' IN document.text) > 0
            AND EXISTS (
                SELECT FROM sales_saleline line
                LEFT JOIN sales_saleline sold ON sold.id = line.original_line_id
                WHERE line.sale_id = sale.id AND line.removed_by IS NULL
                    AND line.total <> line.net_total
                    AND NOT coalesce(sold.has_stated_tax, line.has_stated_tax))
            /*company sale*/ /*since sale*/
        """,
    ),
)
