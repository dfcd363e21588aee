"""Overview as a page: its figures, how they changed, and where they lead."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pos.templatetags.pos_format import money
from sales.reports.attention import Concern
from sales.reports.changes import Change
from sales.reports.overview import KeyFigure, Overview
from sales.reports.question import Question
from sales.reports.table import Form
from sales.views.reports.addresses import (
    change_day,
    find_receipts_address,
    keep_dates,
    say_dates_once,
)
from sales.views.reports.drawing import DASH, Drawer
from sales.views.reports.filters import (
    make_filters,
    say_compared,
    write_period,
    write_time,
)


def overview_context(
    question: Question, made: Overview, last_sold: date | None, asked: QueryDict
) -> dict[str, Any]:
    """Return what the template shows; ``last_sold`` is the day that something was."""
    query = say_dates_once(asked, question)
    dates = keep_dates(question)
    address = find_receipts_address(question.person, dates)
    drawer = Drawer(
        question.company, QueryDict(), question.today.year, open_receipts=address
    )
    return {
        "question": question,
        "overview": made,
        "heading": _name_heading(question),
        "compared": say_compared(question),
        "filters": make_filters(question, None, query),
        "figures": _draw_figures(made.figures, drawer),
        "times": drawer.draw(made.times),
        "tenders": drawer.draw(made.tenders),
        "products": drawer.draw_table(made.products),
        "staff": drawer.draw_table(made.staff) if made.staff else None,
        "concerns": [_draw_concern(concern) for concern in made.concerns],
        "dates": dates,
        "address": query.urlencode(),
        "last_sold": last_sold,
        "last_sold_url": change_day(query, last_sold) if last_sold else "",
        "updated_at": write_time(question),
    }


def _draw_figures(
    figures: Sequence[KeyFigure], drawer: Drawer
) -> list[Mapping[str, Any]]:
    """Return the figures; none is new where there was nothing at all before."""
    changes = [figure.change for figure in figures if figure.change]
    if not any(change.before for change in changes):
        drawn = [_draw_figure(figure, drawer) for figure in figures]
        return [
            {**one, "said": DASH} if figure.change else one
            for figure, one in zip(figures, drawn, strict=True)
        ]
    return [_draw_figure(figure, drawer) for figure in figures]


def _draw_figure(figure: KeyFigure, drawer: Drawer) -> Mapping[str, Any]:
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


def _say_change(figure: KeyFigure, drawer: Drawer) -> Mapping[str, str]:
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
    return write_period(period)
