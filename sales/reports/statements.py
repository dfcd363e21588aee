"""Statements: what a report reads besides the sums of shifts."""

from typing import Any

from django.db import connection

from sales.reports.question import Question

# The kinds that the tenders of ``sale`` count as, after the corrections.
KINDS = """
    (SELECT array_agg(DISTINCT coalesce(
         (SELECT correction.kind_after FROM sales_tendercorrection correction
          WHERE correction.tender_id = tender.id
          ORDER BY correction.id DESC LIMIT 1), tender.kind))
     FROM sales_tender tender WHERE tender.sale_id = sale.id)
"""


def fetch(question: Question, query: str, **params: Any) -> list[dict[str, Any]]:
    """Return the rows of a statement, by the names of its columns.

    It has ``company``, ``since``, ``until`` and ``outlets``, as one array of ids.
    """
    given: dict[str, Any] = {
        "company": question.company.pk,
        "since": question.period.since,
        "until": question.period.until,
        "outlets": [outlet.pk for outlet in question.chosen],
        **params,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
