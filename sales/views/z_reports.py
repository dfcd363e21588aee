"""Z reports: shows the list, and one report as it was printed."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from pos.access.requests import StaffRequest
from pos.access.tills import chosen_till
from pos.access.working_company import company_of
from pos.core.keyset import NEWEST_FIRST, page_of
from pos.models import Company
from sales.models import ZReport
from sales.shifts.z_sheet import paper_context

PAGE = 50


@permission_required("sales.view_zreport", raise_exception=True)
@require_safe
def z_reports(request: StaffRequest) -> HttpResponse:
    """Show the Z reports of this till, or of all, the newest first.

    A browser that is no till shows those of all.
    """
    frame = _frame(request)
    till = frame["till"]
    everywhere = till is None or request.GET.get("tills") == "all"
    reports = ZReport.objects.of_company(frame["company"].pk)
    if not everywhere:
        reports = reports.filter(till=till)
    reports = reports.select_related("shift__closed_by", "till__outlet__company")
    page = page_of(reports, request.GET, order=NEWEST_FIRST, size=PAGE)
    context = {
        "page": page,
        "query": "tills=all&" if everywhere else "",
        "everywhere": everywhere,
    }
    return render(request, "shifts/z_reports.html", frame | context)


@permission_required("sales.view_zreport", raise_exception=True)
@require_safe
def z_report(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show one Z report, as a roll and as a sheet."""
    frame = _frame(request)
    reports = ZReport.objects.of_company(frame["company"].pk)
    report = (
        reports.select_related(
            "shift__cashier",
            "shift__closed_by",
            "shift__approved_by",
            "till__outlet__company",
            "fiscal_document",
        )
        .filter(shift__uid=uid)
        .first()
    )
    if report is None:
        raise Http404
    of_till = reports.filter(till=report.till).select_related("shift")
    context = {
        "report": report,
        "previous": of_till.filter(number=report.number - 1).first(),
        "next": of_till.filter(number=report.number + 1).first(),
        "prints_now": "print" in request.GET,
    }
    context = frame | context | paper_context(report)
    return render(request, "shifts/z_report.html", context)


def _frame(request: StaffRequest) -> dict[str, Any]:
    """Return what the frame shows: the company, and the till if this is one."""
    company: Company | None = company_of(request)
    if company is None:
        raise PermissionDenied
    return {"company": company, "till": chosen_till(request), "now": now()}
