"""Last sold: the latest day with a receipt, where a period has none."""

from datetime import date

from sales.models import Sale
from sales.reports.question import Question


def find_last_sold(question: Question) -> date | None:
    """Return the last business date with a receipt at the outlets; None without any.

    One statement, which reads an index from its end.
    """
    receipts = Sale.objects.of_company(question.company.pk).finalized()
    outlets = [outlet.pk for outlet in question.chosen]
    dates = receipts.filter(till__outlet__in=outlets).order_by("-business_date", "-pk")
    return dates.values_list("business_date", flat=True).first()
