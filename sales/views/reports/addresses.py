"""Addresses: of which report a page is, and where its links and forms lead.

What is chosen on a page of figures is in its address: a link that leads elsewhere hands
on what still counts there, and the receipts of a figure lead back to what was chosen.
"""

from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import parse_qsl

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from pos.models import StaffMember
from sales.reports.every import REPORTS, ReportKind
from sales.reports.periods import Comparison
from sales.reports.question import Question
from sales.reports.table import Filter

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
EXPORTS = "sales.export_figures"
FORMATS = ("csv", "xlsx")
DATES = ("period", "from", "to")
# What is chosen on a page of figures.
CHOSEN = (*DATES, "outlet", "compare", "step", "show", "sort", "rows")
# The field of an address of receipts that has what was chosen where they were opened.
BACK = "back"
BACK_MAX = 500

ReceiptsAddress = Callable[[Filter], str]


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


def find_first_kind(person: StaffMember) -> ReportKind:
    """Return the first report that the person may read; they may read reports."""
    return next(kind for kind in REPORTS.values() if person.has_perm(kind.permission))


def list_tabs(question: Question) -> list[tuple[str, str]]:
    """Return name and short title of the reports that the person may read."""
    return [
        (kind.name, str(SHORT_TITLES.get(kind.name) or kind.name_for(question.company)))
        for kind in REPORTS.values()
        if question.person.has_perm(kind.permission)
        and (question.charges_tax or not kind.is_of_tax)
    ]


def list_files(
    person: StaffMember, kind: ReportKind, query: QueryDict
) -> Mapping[str, str]:
    """Return the addresses of the report's files, by their format."""
    if not person.has_perm(EXPORTS):
        return {}
    pages = {
        format: reverse("sales:report_file", args=(kind.name, format))
        for format in FORMATS
    }
    asked = query.urlencode()
    return {
        format: f"{page}?{asked}" if asked else page for format, page in pages.items()
    }


def find_receipts_address(
    person: StaffMember, back: str = ""
) -> ReceiptsAddress | None:
    """Return what makes the address of a cell's receipts; None for who sees none.

    ``back`` has the fields to which the receipts lead back.
    """
    if not person.has_perm(OPENS_RECEIPTS):
        return None
    page = reverse("sales:report_receipts")
    own = f"&{urlencode({BACK: back})}" if back else ""

    def make_address(link: Filter) -> str:
        return f"{page}?{urlencode(link)}{own}"

    return make_address


def keep_chosen(query: QueryDict) -> str:
    """Return what was chosen, as the fields to which receipts lead back."""
    return urlencode({name: str(query[name]) for name in CHOSEN if query.get(name)})


def read_back(text: str) -> str:
    """Return the fields of ``back`` that a page of figures knows."""
    fields = parse_qsl(text[:BACK_MAX], keep_blank_values=True)
    return urlencode([(name, value) for name, value in fields if name in CHOSEN])


def keep_dates(question: Question) -> str:
    """Return the fields by which another report is of the same dates and outlet."""
    period, fields = question.period, {}
    if period.is_named:
        fields["period"] = period.name.value
    else:
        fields = {"from": period.since.isoformat(), "to": period.until.isoformat()}
    if len(question.chosen) == 1 and len(question.outlets) > 1:
        fields["outlet"] = question.chosen[0].code
    if question.comparison != Comparison.NONE:
        fields["compare"] = question.comparison.value
    return urlencode(fields)


def say_dates_once(query: QueryDict, question: Question) -> QueryDict:
    """Return the fields of an address with its dates either by name or as dates.

    The form of the dates sends both. A name goes on with the day, dates do not.
    """
    found = query.copy()
    for name in ("from", "to") if question.period.is_named else ("period",):
        found.pop(name, None)
    return found


def change_day(query: QueryDict, day: date) -> str:
    """Return the address with all that was chosen, of this day."""
    found = query.copy()
    for name in DATES:
        found.pop(name, None)
    found["from"] = found["to"] = day.isoformat()
    return f"?{found.urlencode()}"


def ask_for_all(query: QueryDict) -> str:
    """Return the query of the page with all rows."""
    found = query.copy()
    found["rows"] = "all"
    return found.urlencode()
