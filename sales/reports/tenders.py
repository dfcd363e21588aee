"""Tenders: what came in by each way to pay, as the money was."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from pos.core.money import format_money
from pos.models import TenderKind
from pos.models.voucher import title_kind
from sales.reports.adding import add
from sales.reports.bridge import make_bridge
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.pending import find_pending
from sales.reports.question import Question
from sales.reports.rates import percent
from sales.reports.reading import TENDERS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Form, Row, Table

VALUES = ("count", "taken", "refunds", "corrected", "total")


@of_one_moment
def report_tenders(question: Question) -> Report:
    """Return what each way to pay came to, corrections applied.

    An exchange links two receipts and moves no money: it is shown only where the two
    do not cancel out, as when one of them is of another day.
    """
    found = read(TENDERS, question.scope, by=("kind",))
    shown = [row for row in found if not _is_settled_exchange(row)]
    pending = _read_pending(question)
    whole = add(shown, VALUES)
    columns = _list_columns()
    rows = [
        _make_row(question, row, pending.get(row["kind"]), whole["total"])
        for row in shown
    ]
    totals = _make_totals(question, whole, pending, is_whole=len(shown) == len(found))
    table = Table(
        "tenders",
        _("Payment methods"),
        columns,
        sort_rows(rows, columns, question.sort, usual="-total"),
        totals if rows else None,
    )
    return Report(
        "tenders",
        _("Payment methods"),
        _(
            "What was paid and paid back in each way, with cash rounding and deposits,"
            " corrected where another way was recorded."
        ),
        [table, *([make_bridge(question)] if rows else [])],
        chart=_make_chart(question, table),
        has_tie=True,
    )


def _is_settled_exchange(row: Mapping[str, Any]) -> bool:
    return row["kind"] == TenderKind.EXCHANGE and not row["total"]


def _read_pending(question: Question) -> dict[str, Decimal]:
    """Return what nobody has seen arrive yet, by the way it was to be paid."""
    period = question.period
    of_period = find_pending(question, since=period.since, until=period.until)
    sums = of_period.order_by().values("kind").annotate(pending=Sum("amount"))
    return dict(sums.values_list("kind", "pending"))


def _list_columns() -> list[Column]:
    return [
        Column("kind", _("Payment method")),
        Column("count", _("Count"), Form.COUNT, _("Tenders of sales.")),
        Column("taken", _("Taken"), Form.MONEY, _("By the way that was recorded.")),
        Column("refunds", _("Refunds"), Form.MONEY, _("Paid back, below zero.")),
        Column(
            "corrected",
            _("Corrected"),
            Form.MONEY,
            _("What corrections added to it, or took from it."),
        ),
        Column(
            "total",
            _("Total"),
            Form.MONEY,
            _("Taken, refunds and corrections together."),
            is_headline=True,
        ),
        Column("share", _("%"), Form.PERCENT, _("Of all that was taken.")),
        Column(
            "pending",
            _("Still pending"),
            Form.MONEY,
            _("Recorded, and not yet seen to arrive."),
        ),
    ]


def _make_cells(row: Mapping[str, Any], whole: Decimal) -> dict[str, Any]:
    return {
        "count": row["count"],
        **{name: Decimal(row[name]) for name in VALUES if name != "count"},
        "share": percent(row["total"], whole),
    }


def _make_row(
    question: Question,
    row: Mapping[str, Any],
    pending: Decimal | None,
    whole: Decimal,
) -> Row:
    return Row(
        {
            "kind": title_kind(row["kind"], question.company),
            **_make_cells(row, whole),
            "pending": pending,
        },
        link(narrow(question, tender=row["kind"]), VALUES),
    )


def _make_totals(
    question: Question,
    whole: Mapping[str, Any],
    pending: Mapping[str, Decimal],
    *,
    is_whole: bool,
) -> Row:
    """Return what the rows come to; receipts of what is hidden are opened by none."""
    return Row(
        {
            **_make_cells(whole, whole["total"]),
            "pending": sum(pending.values(), Decimal(0)) if pending else None,
        },
        link(narrow(question, of="tenders"), VALUES if is_whole else ("total",)),
    )


def _make_chart(question: Question, table: Table) -> Chart | None:
    rows: Sequence[Row] = table.rows
    if not rows:
        return None
    best = max(rows, key=lambda row: row.cells["total"])
    gist = _("Most was paid by %(kind)s: %(total)s.") % {
        "kind": best.cells["kind"],
        "total": format_money(
            best.cells["total"], places=question.company.currency_places
        ),
    }
    return Chart(Shape.PARTS, table.key, "kind", ["total"], gist)
