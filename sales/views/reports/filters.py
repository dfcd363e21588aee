"""Filters: what period, outlet, comparison and step a page can have; no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sales.reports.every import ReportKind
from sales.reports.periods import (
    COMPARISONS,
    PERIODS,
    Period,
    Step,
)
from sales.reports.question import Question
from sales.reports.words import write_day

STEPS = {
    Step.DAY: gettext_lazy("By day"),
    Step.WEEK: gettext_lazy("By week"),
    Step.MONTH: gettext_lazy("By month"),
}
# What a report can show in place of its usual figure.
SHOWS = {
    "hours": {"": gettext_lazy("Sales"), "receipts": gettext_lazy("Receipts")},
    "reasons": {"": gettext_lazy("Count"), "amount": gettext_lazy("Amount")},
    "staff": {
        "": gettext_lazy("Sales"),
        "receipts": gettext_lazy("Receipts"),
        "basket": gettext_lazy("Basket"),
    },
    "stock": {
        "": gettext_lazy("All products"),
        "low": gettext_lazy("Low"),
        "negative": gettext_lazy("Negative"),
        "idle": gettext_lazy("Not sold lately"),
    },
}
# What a form hands on as it is: of an outlet the dates as well, by their name.
KEPT = ("step", "show", "sort")
KEPT_BY_OUTLET = ("period", "from", "to", "compare", *KEPT)
KEPT_BY_DATES = ("outlet", *KEPT)
# Reports of what is there now have no period.
TIMELESS = frozenset({"stock"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; ``url`` is that of the page with it chosen."""

    value: str
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page can be narrowed down by.

    ``kept_by_outlet`` and ``kept_by_dates`` are the fields of the address that the form
    of each hands on as they are.
    """

    periods: Sequence[Choice]
    period_label: str
    comparisons: Sequence[Choice]
    comparison_label: str
    outlets: Sequence[Choice]
    steps: Sequence[Choice]
    shows: Sequence[Choice]
    kept_by_outlet: Sequence[tuple[str, Any]]
    kept_by_dates: Sequence[tuple[str, Any]]
    has_period: bool = True


def make_filters(
    question: Question, kind: ReportKind | None, query: QueryDict
) -> Filters:
    """Return the filters of a page, each with the address that it leads to."""
    name = kind.name if kind else ""
    chosen = question.chosen[0].code if len(question.chosen) == 1 else ""
    outlets: list[tuple[str, Any]] = [("", _("All outlets"))]
    outlets += [(outlet.code, str(outlet.name)) for outlet in question.outlets]
    is_compared = kind is None or kind.is_compared
    has_steps = name == "days" and not question.period.is_long
    return Filters(
        periods=_choose(
            query, "period", PERIODS.items(), question.period.name, ("from", "to")
        ),
        period_label=write_period(question.period),
        comparisons=(
            _choose(query, "compare", COMPARISONS.items(), question.comparison)
            if is_compared
            else ()
        ),
        comparison_label=say_compared(question) if is_compared else "",
        outlets=(
            _choose(query, "outlet", outlets, chosen)
            if len(question.outlets) > 1
            else ()
        ),
        steps=_choose(query, "step", STEPS.items(), question.step) if has_steps else (),
        shows=_choose(query, "show", SHOWS.get(name, {}).items(), question.show),
        kept_by_outlet=_keep(query, KEPT_BY_OUTLET),
        kept_by_dates=[
            *_keep(query, KEPT_BY_DATES),
            # Other reports, to which it leads, may have a comparison.
            *([] if is_compared else _keep(query, ("compare",))),
            # Beside the dates: unless these are changed, they keep their name.
            *([("period", question.period.name)] if question.period.is_named else []),
        ],
        has_period=name not in TIMELESS,
    )


def _keep(query: QueryDict, names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, text) for name, text in query.items() if name in names]


def _choose(
    query: QueryDict,
    field: str,
    choices: Iterable[tuple[str, Any]],
    chosen: str,
    without: Sequence[str] = (),
) -> list[Choice]:
    made = []
    for value, label in choices:
        address = query.copy()
        for other in without:
            address.pop(other, None)
        address[field] = str(value)
        if not value:
            address.pop(field)
        made.append(
            Choice(str(value), str(label), f"?{address.urlencode()}", value == chosen)
        )
    known = any(choice.is_chosen for choice in made)
    if made and not known and not made[0].value:
        first = made[0]
        made[0] = Choice(first.value, first.label, first.url, is_chosen=True)
    return made


def write_period(period: Period) -> str:
    """Return the dates as people write them: ``1 to 23 Nov 2026``."""
    since, until = period.since, period.until
    if since == until:
        return date_format(until, pgettext("date format with weekday", "D j M Y"))
    # A language says the year of both dates where it says it: first or last.
    ends = pgettext("date format after a day of the year", "j M Y")
    if since.year != until.year:
        begins = ends = pgettext("date format", "j M Y")
    elif since.month != until.month:
        begins = pgettext("date format before a day of the year", "j M")
    else:
        begins = pgettext("date format before the last day", "j")
    facts = {"since": date_format(since, begins), "until": date_format(until, ends)}
    return _("%(since)s to %(until)s") % facts


def say_compared(question: Question) -> str:
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


def write_time(question: Question) -> str:
    """Return the time that it is, on the clock of the first outlet."""
    return date_format(question.now.astimezone(question.zone), "H:i")
