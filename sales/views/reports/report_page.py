"""Report as a page: its filters, its chart, its tables and its addresses."""

from datetime import date
from typing import Any

from django.http import QueryDict

from sales.reports.every import ReportKind
from sales.reports.question import Question
from sales.reports.report import Report
from sales.reports.tie import Tie
from sales.views.reports.addresses import (
    ask_for_all,
    change_day,
    find_receipts_address,
    keep_chosen,
    keep_dates,
    list_files,
    list_tabs,
    say_dates_once,
)
from sales.views.reports.drawing import Drawer
from sales.views.reports.filters import make_filters, write_time


def report_context(
    kind: ReportKind,
    question: Question,
    asked: QueryDict,
    made: tuple[Report, Tie | None, date | None],
) -> dict[str, Any]:
    """Return what the template shows of a report, its tie and the day last sold on."""
    report, tie, last_sold = made
    query = say_dates_once(asked, question)
    drawer = Drawer(
        question.company,
        query,
        question.today.year,
        open_receipts=find_receipts_address(question.person, keep_chosen(query)),
        shows_all=question.shows_all,
    )
    return {
        "kind": kind,
        "report": report,
        "question": question,
        "drawn": drawer.draw(report),
        "filters": make_filters(question, kind, query),
        "last_sold": last_sold,
        "last_sold_url": change_day(query, last_sold) if last_sold else "",
        "files": list_files(question.person, kind, query),
        "tabs": list_tabs(question),
        "updated_at": write_time(question),
        "dates": keep_dates(question),
        "all_rows": "" if question.shows_all else ask_for_all(query),
        "sorts": True,
        "tie": tie,
    }
