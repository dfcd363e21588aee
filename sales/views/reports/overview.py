"""Overview: the first page of the back office."""

from django.http import HttpResponse
from django.shortcuts import render

from pos.access.first_hour import show_first_hour
from pos.access.requests import StaffRequest
from pos.models import Company
from sales.reports.last_sold import find_last_sold
from sales.reports.overview import make_overview
from sales.reports.periods import Comparison, PeriodName
from sales.reports.question import read_question
from sales.reports.reading import snapshot
from sales.views.reports.overview_page import overview_context
from sales.views.reports.page import frame_context, is_fragment, office_page

# Compared with the same weekdays a week before; longer ones with the days before.
OF_WEEKDAYS = frozenset(
    {"", PeriodName.TODAY, PeriodName.YESTERDAY, PeriodName.THIS_WEEK}
    | {PeriodName.LAST_WEEK}
)


@office_page("sales.view_reports")
def overview(request: StaffRequest, company: Company) -> HttpResponse:
    """Show how the day goes, or a week or a month, and what needs a look."""
    query = request.GET.dict()
    is_of_weekdays = query.get("period", "") in OF_WEEKDAYS
    question = read_question(
        query,
        company=company,
        person=request.user,
        usual=PeriodName.TODAY,
        compares=Comparison.WEEK if is_of_weekdays else Comparison.BEFORE,
    )
    with snapshot():
        made = make_overview(question)
        last_sold = find_last_sold(question) if made.is_empty else None
    context = overview_context(question, made, last_sold, request.GET)
    context["is_fragment"] = is_fragment(request)
    if not context["is_fragment"]:
        context["first_hour"] = show_first_hour(company, request.user)
    page = "_overview.html" if context["is_fragment"] else "overview.html"
    return render(request, f"reports/{page}", frame_context(request, company) | context)
