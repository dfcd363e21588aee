"""Report: the page of one report, with its filters, its chart and its tables."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pos.access.requests import StaffRequest
from pos.models import Company
from sales.reports.last_sold import find_last_sold
from sales.reports.question import read_question
from sales.reports.reading import snapshot
from sales.reports.tie import make_tie_of
from sales.views.reports.addresses import find_first_kind, find_kind
from sales.views.reports.page import frame_context, is_fragment, office_page
from sales.views.reports.report_page import report_context


@office_page("sales.view_reports")
def reports(request: StaffRequest, company: Company) -> HttpResponseRedirect:
    """Lead to the first report that the person may read, with what was chosen."""
    address = reverse("sales:report", args=(find_first_kind(request.user).name,))
    asked = request.GET.urlencode()
    return HttpResponseRedirect(f"{address}?{asked}" if asked else address)


@office_page("sales.view_reports")
def report(request: StaffRequest, company: Company, name: str) -> HttpResponse:
    """Show what an address asks for; in place of nonsense the nearest that is none."""
    kind = find_kind(name, request.user)
    question = read_question(request.GET.dict(), company=company, person=request.user)
    with snapshot():
        made = kind.maker(question)
        tie = make_tie_of(made, question)
        last_sold = find_last_sold(question) if made.is_empty else None
    context = report_context(kind, question, request.GET, (made, tie, last_sold))
    page = "reports/_figures.html" if is_fragment(request) else "reports/report.html"
    return render(request, page, frame_context(request, company) | context)
