"""Receipts of a figure: lists what makes it, with what each receipt adds to it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pos.access.requests import StaffRequest
from pos.access.tills import device_uid_of
from pos.access.working_company import company_of, may_choose_company
from sales.reports.question import read_question
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import find_receipts
from sales.views.reports_drill_page import page_context

READS = ("sales.view_reports", "sales.view_sale")


@require_safe
def _report_receipts(request: StaffRequest) -> HttpResponse:
    """Show what an address asks for; in place of nonsense the nearest that is none."""
    company = company_of(request)
    if company is None and may_choose_company(request):
        return redirect("admin:company")
    if company is None or not request.user.has_perms(READS):
        raise PermissionDenied
    query = request.GET.dict()
    question = read_question(query, company=company, person=request.user)
    chosen = read_filter(query, company=company, sees_margin=question.sees_margin)
    before = _read_uid(query.get("before", ""))
    found = find_receipts(question, chosen, before=before)
    is_at_till = device_uid_of(request) is not None
    context: dict[str, Any] = admin.site.each_context(request)
    context |= page_context(question, found, is_at_till=is_at_till)
    return render(request, "reports/receipts.html", context)


report_receipts = admin.site.admin_view(_report_receipts)


def _read_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
