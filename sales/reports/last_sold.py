"""Last sold: the latest day with a receipt, where a period has none."""

from datetime import date

from django.db.models import Max

from sales.models import Sale, ShiftHour
from sales.reports.question import Question


def find_last_sold(question: Question) -> date | None:
    """Return the last business date with a receipt at the outlets; None without any.

    Two statements: of closed shifts, by their hours, and of those that are open. An
    outlet that never sold is not looked for among all receipts of its company.
    """
    outlets = [outlet.pk for outlet in question.chosen]
    company = question.company.pk
    hours = ShiftHour.objects.of_company(company).filter(outlet__in=outlets)
    sold_now = (
        Sale.objects.of_company(company)
        .finalized()
        .filter(shift__closed_at=None, shift__till__outlet__in=outlets)
    )
    days = [
        rows.order_by().aggregate(last=Max("business_date"))["last"]
        for rows in (hours, sold_now)
    ]
    return max((day for day in days if day), default=None)
