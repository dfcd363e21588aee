"""Taxes: net and tax at each code and rate, sales and refunds apart."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money, format_plain
from pos.models import TaxCode
from sales.models import Sale
from sales.reports.adding import add, group
from sales.reports.links import narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.reading import TAXES, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Filter, Form, Row, Table

VALUES = ("net", "tax")
FIGURES = ("net", "tax", "total")
# What goes before the key of a column, and the kind of receipts in it.
KINDS: Mapping[str, str] = {
    "sold_": Sale.Kind.SALE.value,
    "refunded_": Sale.Kind.REFUND.value,
    "": "",
}


@of_one_moment
def report_taxes(question: Question) -> Report:
    """Return what was sold and refunded at each rate, as it is on the receipts.

    Nothing where the company is not registered: its pages do not speak of tax.
    """
    if not question.charges_tax:
        return Report(
            "taxes",
            _("Nothing to show"),
            _("The company is not registered for this report."),
            [],
        )
    found = read(TAXES, question.scope, by=("tax_code", "tax_rate", "document"))
    rates = sorted(
        {(row["tax_code"], row["tax_rate"]) for row in found},
        key=lambda rate: (rate[0], -rate[1]),
    )
    columns = _list_columns(question)
    rows = [_make_row(question, found, code, rate) for code, rate in rates]
    totals = Row(_make_cells(found), _link(narrow(question), is_of_a_rate=False))
    name = question.company.tax_name
    table = Table(
        "taxes",
        _("%(tax)s by code and rate") % {"tax": name},
        columns,
        sort_rows(rows, columns, question.sort),
        totals if rows else None,
    )
    return Report(
        "taxes",
        name,
        _("Net and tax of sales and of refunds, at the rate of each receipt."),
        [table],
        chart=_make_chart(question, table),
        notes=[
            _("A refund has the rate of its sale."),
            _("This goes by business date; a return goes by calendar date."),
        ],
        has_tie=True,
    )


def _list_columns(question: Question) -> list[Column]:
    tax = question.company.tax_name
    return [
        Column("name", _("Rate")),
        Column("code", _("Code")),
        Column("rate", _("%"), Form.PERCENT),
        Column("sold_net", _("Sales, net"), Form.MONEY),
        Column("sold_tax", _("Sales, %(tax)s") % {"tax": tax}, Form.MONEY),
        Column("sold_total", _("Sales, total"), Form.MONEY),
        Column("refunded_net", _("Refunds, net"), Form.MONEY),
        Column("refunded_tax", _("Refunds, %(tax)s") % {"tax": tax}, Form.MONEY),
        Column("refunded_total", _("Refunds, total"), Form.MONEY),
        Column("net", _("Net"), Form.MONEY),
        Column("tax", tax, Form.MONEY, is_headline=True),
        Column("total", _("Total"), Form.MONEY),
    ]


def _make_cells(rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return net, tax and total of sales, of refunds, and of both."""
    found = group(rows, lambda row: str(row["document"]), VALUES)
    found[""] = add(rows, VALUES)
    none = dict.fromkeys(VALUES, 0)
    cells = {}
    for prefix, kind in KINDS.items():
        row = found.get(kind, none)
        cells[f"{prefix}net"] = Decimal(row["net"])
        cells[f"{prefix}tax"] = Decimal(row["tax"])
        cells[f"{prefix}total"] = Decimal(row["net"] + row["tax"])
    return cells


def _link(fields: Mapping[str, str], *, is_of_a_rate: bool) -> dict[str, Filter]:
    own = {} if is_of_a_rate else {"of": "taxes"}
    return {
        f"{prefix}{figure}": {
            **fields,
            **own,
            **({"kind": kind} if kind else {}),
            "figure": figure,
        }
        for prefix, kind in KINDS.items()
        for figure in FIGURES
    }


def _make_row(
    question: Question, found: Sequence[Mapping[str, Any]], code: str, rate: Decimal
) -> Row:
    own = [row for row in found if (row["tax_code"], row["tax_rate"]) == (code, rate)]
    percent = rate * 100
    return Row(
        {
            "name": f"{code} {format_plain(percent)} %",
            "code": str(TaxCode(code).label) if code in TaxCode.values else code,
            "rate": percent,
            **_make_cells(own),
        },
        _link(narrow(question, tax=code, rate=format_plain(rate)), is_of_a_rate=True),
    )


def _make_chart(question: Question, table: Table) -> Chart | None:
    if table.totals is None:
        return None
    places = question.company.currency_places
    gist = _("%(tax)s of %(amount)s on %(net)s net.") % {
        "tax": question.company.tax_name,
        "amount": format_money(table.totals.cells["tax"], places=places),
        "net": format_money(table.totals.cells["net"], places=places),
    }
    return Chart(Shape.BARS, table.key, "name", ["net", "tax"], gist)
