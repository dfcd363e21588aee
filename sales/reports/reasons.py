"""Reasons: what people did besides plain sales, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sales.models import ShiftReason
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.reading import REASONS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import name_reason

What = ShiftReason.What
VALUES = ("count", "amount")


@of_one_moment
def report_reasons(question: Question) -> Report:
    """Return how often each thing was done, what it came to, and by how many people."""
    found = read(REASONS, question.scope, by=("what", "reason", "person_id"))
    kinds = _make_table(
        question, found, ("what",), key="whats", caption=_("What was done")
    )
    reasons = _make_table(
        question, found, ("what", "reason"), key="reasons", caption=_("By reason")
    )
    return Report(
        "reasons",
        _("Reasons"),
        _(
            "Discounts, refunds, voids, cash movements and corrections, with the reason"
            " that was given."
        ),
        [kinds, reasons],
        chart=_make_chart(question, kinds),
    )


def name_what(what: str) -> str:
    label = str(What(what).label) if what in What.values else what
    return label[:1].upper() + label[1:]


def _make_table(
    question: Question,
    found: Sequence[Mapping[str, Any]],
    by: tuple[str, ...],
    *,
    key: str,
    caption: str,
) -> Table:
    """Return the rows by what was done, or by reason as well; they have no sum."""
    members: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        members[tuple(row[name] for name in by)].append(row)
    columns = _list_columns(by)
    rows = [
        _make_row(question, dict(zip(by, values, strict=True)), inside)
        for values, inside in members.items()
    ]
    rows.sort(key=_usual_order)
    return Table(key, caption, columns, sort_rows(rows, columns, question.sort))


def _usual_order(row: Row) -> tuple[str, int]:
    return row.cells["what"], -row.cells["count"]


def _list_columns(by: tuple[str, ...]) -> list[Column]:
    labels = {"what": _("What"), "reason": _("Reason")}
    return [
        *(Column(name, labels[name]) for name in by),
        Column("count", _("Count"), Form.COUNT, _("How often.")),
        Column("amount", _("Amount"), Form.MONEY, _("What it came to.")),
        Column("persons", _("People"), Form.COUNT, _("How many people did it.")),
    ]


def _make_row(
    question: Question, key: Mapping[str, str], members: Sequence[Mapping[str, Any]]
) -> Row:
    amount = sum((row["amount"] for row in members), Decimal(0))
    has_amount = key["what"] != What.NO_SALE
    cells = {
        "what": name_what(key["what"]),
        "count": sum(row["count"] for row in members),
        "amount": amount if has_amount else None,
        "persons": len({row["person_id"] for row in members}),
    }
    if "reason" in key:
        cells["reason"] = name_reason(key["reason"])
    figures = VALUES if has_amount else ("count",)
    return Row(cells, link({**narrow(question), **key}, figures))


def _make_chart(question: Question, table: Table) -> Chart | None:
    """Return bars of how often, or of what it came to where that is shown."""
    if not table.rows:
        return None
    most = max(table.rows, key=lambda row: row.cells["count"])
    count = most.cells["count"]
    said = ngettext(
        "Most often: %(what)s, %(count)d time.",
        "Most often: %(what)s, %(count)d times.",
        count,
    )
    gist = said % {"what": most.cells["what"], "count": count}
    shown = "amount" if question.show == "amount" else "count"
    return Chart(Shape.SIDEWAYS, table.key, "what", [shown], gist)
