"""Report file: a report as CSV or XLSX, with the rows of its page and all others."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpResponse, StreamingHttpResponse

from pos.access.acts import Act
from pos.access.audit import record_alone
from pos.access.requests import StaffRequest
from pos.models import Company
from sales.reports.files.csv import write_report_csv
from sales.reports.files.xlsx import CONTENT_TYPE, write_report_xlsx
from sales.reports.question import FILE_ROWS_MAX, Question, read_question
from sales.reports.report import Report
from sales.views.reports.addresses import EXPORTS, FORMATS, find_kind
from sales.views.reports.filters import TIMELESS
from sales.views.reports.page import office_page

NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9]+")


# It writes into the trail, so it is no GET.
@office_page("sales.view_reports", EXPORTS, method="POST")
def report_file(
    request: StaffRequest, company: Company, name: str, format: str
) -> HttpResponse | StreamingHttpResponse:
    """Answer with a file; that it was exported is in the trail before it."""
    kind = find_kind(name, request.user)
    if format not in FORMATS:
        raise Http404
    question = replace(
        read_question(request.GET.dict(), company=company, person=request.user),
        rows_max=FILE_ROWS_MAX,
    )
    made = kind.maker(question)
    period = f"{question.period.since}_{question.period.until}"
    record_alone(
        act=Act.REPORT_EXPORTED,
        actor=request.user,
        company=company,
        facts={"name": name, "days": period, "format": format},
    )
    answer = _write(made, format, company, question.now)
    file_name = (
        f"{_name_company(company)}-{name}-{_name_dates(name, question)}.{format}"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


def _write(
    report: Report, format: str, company: Company, moment: datetime
) -> HttpResponse | StreamingHttpResponse:
    places = company.currency_places
    if format == "csv":
        lines = write_report_csv(report, places=places)
        return StreamingHttpResponse(lines, content_type="text/csv")
    book = write_report_xlsx(report, places=places, moment=moment)
    return HttpResponse(book, content_type=CONTENT_TYPE)


def _name_company(company: Company) -> str:
    """Return the company in letters that every system has in the name of a file."""
    plain = unicodedata.normalize("NFKD", company.name).encode("ascii", "ignore")
    name = NOT_IN_FILE_NAMES.sub("-", plain.decode().lower()).strip("-")
    return name or NOT_IN_FILE_NAMES.sub("-", company.code.lower()).strip("-")


def _name_dates(name: str, question: Question) -> str:
    if name in TIMELESS:
        return question.today.isoformat()
    period = question.period
    if period.since == period.until:
        return period.since.isoformat()
    return f"{period.since.isoformat()}-{period.until.isoformat()}"
