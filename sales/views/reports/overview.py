"""Overview: the first page of the back office."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pos.access.requests import StaffRequest
from pos.models import Company
from pos.templatetags.pos_format import money
from sales.reports.attention import Concern
from sales.reports.changes import Change
from sales.reports.last_sold import find_last_sold
from sales.reports.overview import Figure, Overview, make_overview
from sales.reports.periods import Comparison, PeriodName
from sales.reports.question import Question, read_question
from sales.reports.reading import snapshot
from sales.reports.table import Form
from sales.views.reports.drawing import DASH, Drawer, write_day
from sales.views.reports.filters import make_filters, write_time
from sales.views.reports.page import frame_context, is_fragment, office_page
from sales.views.reports.report import find_receipts_address, keep_dates

# Compared with the same weekdays a week before; longer ones with the days before.
OF_WEEKDAYS = frozenset(
    {"", PeriodName.TODAY, PeriodName.YESTERDAY, PeriodName.THIS_WEEK}
    | {PeriodName.LAST_WEEK}
)


@office_page("sales.view_reports")
def overview(request: StaffRequest, company: Company) -> HttpResponse:
    """Show how the day goes, or a week or a month, and what needs a look."""
    asked = request.GET.get("period", "")
    question = read_question(
        request.GET.dict(),
        company=company,
        person=request.user,
        usual=PeriodName.TODAY,
        compares=Comparison.WEEK if asked in OF_WEEKDAYS else Comparison.BEFORE,
    )
    with snapshot():
        made = make_overview(question)
        last_sold = find_last_sold(question) if made.is_empty else None
    context = _draw(request, made, question)
    context |= {
        "question": question,
        "overview": made,
        "last_sold": last_sold,
        "heading": _name_heading(question),
        "compared": _say_compared(question),
        "filters": make_filters(question, None, request.GET),
        "updated_at": write_time(question),
    }
    page = "reports/_overview.html" if is_fragment(request) else "reports/overview.html"
    return render(request, page, frame_context(request, company) | context)


def _draw(request: StaffRequest, made: Overview, question: Question) -> dict[str, Any]:
    address = find_receipts_address(request.user)
    drawer = Drawer(
        question.company, QueryDict(), question.today.year, open_receipts=address
    )
    return {
        "figures": [_draw_figure(figure, drawer) for figure in made.figures],
        "times": drawer.draw(made.times),
        "tenders": drawer.draw(made.tenders),
        "products": drawer.draw_table(made.products),
        "staff": drawer.draw_table(made.staff) if made.staff else None,
        "concerns": [_draw_concern(concern) for concern in made.concerns],
        "dates": keep_dates(question),
    }


def _draw_figure(figure: Figure, drawer: Drawer) -> Mapping[str, Any]:
    text = drawer.write(figure.value, figure.form)
    if figure.form == Form.MONEY and isinstance(figure.value, Decimal | int):
        text = money(Decimal(figure.value), drawer.company)
    opened, link = drawer.open_receipts, figure.link
    return {
        "label": figure.label,
        "text": text,
        "size": len(text),
        "url": opened(link) if opened and link and figure.value is not None else "",
        **_say_change(figure, drawer),
    }


def _say_change(figure: Figure, drawer: Drawer) -> Mapping[str, str]:
    """Return how a figure has changed, as a sentence with its sign and its tone."""
    change = figure.change
    if change is None:
        return {"said": figure.hint, "icon": "", "tone": ""}
    if change.percent is None:
        return {"said": _("new") if change.is_new else DASH, "icon": "", "tone": ""}
    if not change.difference:
        return {"said": _("as before"), "icon": "", "tone": ""}
    rose = change.difference > 0
    said = _("%(percent)s from %(before)s") % {
        "percent": drawer.write(abs(change.percent), Form.PERCENT),
        "before": drawer.write(_as_form(change, figure.form), figure.form),
    }
    is_good = rose != figure.is_unwelcome
    icon = "up" if rose else "down"
    return {"said": said, "icon": icon, "tone": "good" if is_good else "bad"}


def _as_form(change: Change, form: Form) -> Decimal | int:
    return int(change.before) if form == Form.COUNT else change.before


def _draw_concern(concern: Concern) -> Mapping[str, str]:
    url = reverse(concern.route, args=concern.args) if concern.route else ""
    query = urlencode(concern.query)
    return {
        "icon": concern.icon,
        "title": concern.title,
        "detail": concern.detail,
        "tone": concern.tone,
        "url": f"{url}?{query}" if query else url,
    }


def _name_heading(question: Question) -> str:
    period = question.period
    if period.days == 1:
        return date_format(period.since, pgettext("date format of a heading", "l, j F"))
    return make_filters(question, None, QueryDict()).period_label


def _say_compared(question: Question) -> str:
    """Return what the figures are compared with, and up to which minute."""
    earlier = question.earlier
    if earlier is None:
        return ""
    year = question.today.year
    facts = {
        "since": write_day(earlier.since, this_year=year),
        "until": write_day(earlier.until, this_year=year),
        "time": write_time(question),
    }
    if earlier.since == earlier.until:
        if question.is_running:
            return _("Compared with %(since)s up to %(time)s") % facts
        return _("Compared with %(since)s") % facts
    if question.is_running:
        return _("Compared with %(since)s to %(until)s, %(time)s") % facts
    return _("Compared with %(since)s to %(until)s") % facts
