"""Report: the page of one report, with its filters, its chart and its tables."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from pos.access.requests import StaffRequest
from pos.models import Company, StaffMember
from sales.reports.every import REPORTS, ReportKind
from sales.reports.last_sold import find_last_sold
from sales.reports.periods import Comparison, PeriodName
from sales.reports.question import Question, read_question
from sales.reports.reading import snapshot
from sales.reports.table import Filter
from sales.reports.tie import make_tie_of
from sales.views.reports.drawing import Drawer
from sales.views.reports.filters import make_filters
from sales.views.reports.page import frame_context, is_fragment, office_page

# In a row of tabs.
SHORT_TITLES = {
    "days": _("By day"),
    "hours": _("By hour"),
    "products": _("By product"),
    "categories": _("By category"),
    "staff": _("By cashier"),
    "tenders": _("Payments"),
    "refunds": _("Refunds"),
    "customers": _("By customer"),
}
OPENS_RECEIPTS = "sales.view_sale"


@office_page("sales.view_reports")
def report(request: StaffRequest, company: Company, name: str) -> HttpResponse:
    """Show what an address asks for; in place of nonsense the nearest that is none."""
    kind = find_kind(name, request.user)
    question = read_question(request.GET.dict(), company=company, person=request.user)
    with snapshot():
        made = kind.maker(question)
        tie = make_tie_of(made, question)
        is_empty = made.is_empty
        last_sold = find_last_sold(question) if is_empty else None
    drawer = Drawer(
        company,
        request.GET,
        question.today.year,
        open_receipts=find_receipts_address(request.user),
        shows_all=request.GET.get("rows") == "all",
    )
    context = {
        "kind": kind,
        "report": made,
        "question": question,
        "drawn": drawer.draw(made),
        "filters": make_filters(question, kind, request.GET),
        "last_sold": last_sold,
        "files": _list_files(request, kind, question),
        "tabs": list_tabs(question),
        "updated_at": question.now,
        "dates": keep_dates(question),
        "all_rows": _ask_for_all(request),
        "sorts": True,
        "tie": tie,
        "tie_templates": ["reports/_tie.html", "reports/_no_tie.html"],
    }
    page = "reports/_figures.html" if is_fragment(request) else "reports/report.html"
    return render(request, page, frame_context(request, company) | context)


def find_kind(name: str, person: StaffMember) -> ReportKind:
    """Return the report of an address.

    Raises Http404 where there is none, and PermissionDenied where it is not theirs.
    """
    kind = REPORTS.get(name)
    if kind is None:
        raise Http404
    if not person.has_perm(kind.permission):
        raise PermissionDenied
    return kind


def list_tabs(question: Question) -> list[tuple[str, str]]:
    """Return name and short title of the reports that the person may read."""
    return [
        (kind.name, str(SHORT_TITLES.get(kind.name, kind.title)))
        for kind in REPORTS.values()
        if question.person.has_perm(kind.permission)
        and (question.charges_tax or not kind.is_of_tax)
    ]


def find_receipts_address(person: StaffMember) -> Any:
    """Return what makes the address of a cell's receipts; None for who sees none."""
    if not person.has_perm(OPENS_RECEIPTS):
        return None
    try:
        page = reverse("sales:report_receipts")
    except NoReverseMatch:
        return None

    def make_address(link: Filter) -> str:
        return f"{page}?{urlencode(link)}"

    return make_address


def keep_dates(question: Question) -> str:
    """Return the fields by which another report is of the same dates and outlet."""
    period, fields = question.period, {}
    if period.name == PeriodName.OWN:
        fields = {"from": period.since.isoformat(), "to": period.until.isoformat()}
    else:
        fields["period"] = period.name.value
    if len(question.chosen) == 1 and len(question.outlets) > 1:
        fields["outlet"] = question.chosen[0].code
    if question.comparison != Comparison.NONE:
        fields["compare"] = question.comparison.value
    return urlencode(fields)


def _ask_for_all(request: StaffRequest) -> str:
    query = request.GET.copy()
    query["rows"] = "all"
    return query.urlencode()


def _list_files(
    request: StaffRequest, kind: ReportKind, question: Question
) -> Mapping[str, str]:
    """Return the addresses of the report's files, by their format."""
    if not request.user.has_perm("sales.export_figures"):
        return {}
    query = request.GET.urlencode()
    pages = {
        format: reverse("sales:report_file", args=(kind.name, format))
        for format in ("csv", "xlsx")
    }
    return {
        format: f"{page}?{query}" if query else page for format, page in pages.items()
    }
