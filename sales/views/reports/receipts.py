"""Receipts of a figure: lists what makes it, with what each receipt adds to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from pos.access.requests import StaffRequest
from pos.access.tills import device_uid_of
from pos.models import Company
from sales.reports.question import read_question
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import find_receipts
from sales.views.reports.addresses import BACK, OPENS_RECEIPTS, read_back
from sales.views.reports.page import frame_context, office_page
from sales.views.reports.receipts_page import page_context


@office_page("sales.view_reports", OPENS_RECEIPTS)
def report_receipts(request: StaffRequest, company: Company) -> HttpResponse:
    """Show what an address asks for; in place of nonsense the nearest that is none."""
    query = request.GET.dict()
    question = read_question(query, company=company, person=request.user)
    chosen = read_filter(
        query,
        company=company,
        sees_margin=question.sees_margin,
        sees_staff=question.sees_staff,
    )
    before = _read_uid(query.get("before", ""))
    found = find_receipts(question, chosen, before=before)
    # A browser that is no till has the back office to open a receipt in.
    is_at_till = device_uid_of(request) is not None
    back = read_back(query.get(BACK, ""))
    context = page_context(question, found, is_at_till=is_at_till, back=back)
    context |= frame_context(request, company)
    return render(request, "reports/receipts.html", context)


def _read_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
