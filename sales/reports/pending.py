"""Pending: tenders whose money nobody has seen arrive yet, of what was sold when."""

from datetime import date

from django.db.models import Min, Subquery

from sales.models import Sale, Tender
from sales.models.tender import TenderQuerySet
from sales.reports.question import Question


def find_pending(question: Question, *, since: date, until: date) -> TenderQuerySet:
    """Return those of receipts of these business dates, at the outlets asked for.

    A tender says for ever that it was pending once. So that the index of those is read
    from the first of these receipts on, and not from the company's first one, that is
    looked up in the index by date.
    """
    receipts = Sale.objects.of_company(question.company.pk).finalized()
    of_dates = receipts.filter(business_date__range=(since, until)).order_by()
    first = of_dates.values("company").annotate(first=Min("pk")).values("first")
    pending = Tender.objects.of_company(question.company.pk).pending()
    return pending.filter(
        sale_id__gte=Subquery(first),
        sale__status=Sale.Status.FINALIZED,
        sale__business_date__range=(since, until),
        sale__till__outlet__in=[outlet.pk for outlet in question.chosen],
    )
