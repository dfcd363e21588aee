"""Sold goods: what products came to now and before, and what reports of goods share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money
from sales.reports.adding import add
from sales.reports.earlier import read_earlier
from sales.reports.goods import Good, find_goods
from sales.reports.links import link, narrow
from sales.reports.question import Question
from sales.reports.rates import percent
from sales.reports.reading import PRODUCTS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Row, Table
from sales.reports.words import CHANGE, compare, keep, margin_cells, note_same_minute

BARS_MAX = 10
# Figures that receipts make.
OPENED = (
    *("quantity", "refunded_quantity", "total", "net", "cost", "margin"),
    "uncosted",
)
NOTHING: Mapping[str, Any] = dict.fromkeys(PRODUCTS.values, 0)


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """The sums of products by their id, and the products as they are today.

    ``before`` is None where nothing is compared. What was sold before only is among
    the ``goods`` as well: its fall is a change.
    """

    now: Mapping[int, Mapping[str, Any]]
    before: Mapping[int, Mapping[str, Any]] | None
    goods: Mapping[int, Good]

    @property
    def whole(self) -> dict[str, Any]:
        return add(self.now.values(), PRODUCTS.values)

    @property
    def whole_before(self) -> Decimal | None:
        if self.before is None:
            return None
        return Decimal(add(self.before.values(), ("total",))["total"])

    def find_now(self, key: int) -> Mapping[str, Any]:
        return self.now.get(key, NOTHING)

    def find_before(self, key: int) -> Decimal | None:
        if self.before is None:
            return None
        return Decimal(self.before.get(key, NOTHING)["total"])


def read_sold_goods(question: Question) -> SoldGoods:
    """Return what each product came to, and what it came to before."""
    now = _by_product(read(PRODUCTS, question.scope, by=("product_id",)))
    earlier = read_earlier(question, PRODUCTS, by=("product_id",))
    before = None if earlier is None else _by_product(earlier)
    return SoldGoods(now, before, find_goods(question, list({**now, **(before or {})})))


def _by_product(rows: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    return {row["product_id"]: row for row in rows}


def money_cells(row: Mapping[str, Any], whole: Decimal) -> dict[str, Any]:
    """Return what goods came to, and which part of all sales that is."""
    return {
        "total": Decimal(row["total"]),
        "net": Decimal(row["net"]),
        "share": percent(row["total"], whole),
        **margin_cells(row),
    }


def opened(columns: Sequence[Column]) -> list[str]:
    return [column.key for column in columns if column.key in OPENED]


def make_goods_report(
    question: Question,
    found: SoldGoods,
    report: Report,
    columns: Sequence[Column],
    rows: Sequence[Row],
) -> Report:
    """Return the report with the table of its rows, their sum, a chart and notes."""
    table = Table(
        report.name,
        report.title,
        columns,
        sort_rows(rows, columns, question.sort, usual="-total"),
        _make_totals(question, columns, found) if rows else None,
    )
    return replace(
        report,
        tables=[table],
        chart=_make_chart(question, table),
        notes=[*report.notes, *_list_notes(question, found)],
    )


def _make_totals(
    question: Question, columns: Sequence[Column], found: SoldGoods
) -> Row:
    """Return all goods together; kilograms and pieces are not added up."""
    whole = found.whole
    compared, word = compare(whole["total"], found.whole_before)
    cells = money_cells(whole, whole["total"]) | compared
    money = [key for key in opened(columns) if "quantity" not in key]
    return Row(
        keep(cells, columns),
        link(narrow(question, of="products"), money),
        words={CHANGE: word} if word else {},
    )


def _make_chart(question: Question, table: Table) -> Chart | None:
    """Return the first ten as bars: what they cost and their margin, or their sales."""
    if not table.rows:
        return None
    # Cost and margin come to the net.
    is_net = question.sees_margin and question.charges_tax
    drawn = "net" if is_net else "total"
    best = max(table.rows, key=lambda row: row.cells[drawn])
    facts = {
        "name": best.cells["name"],
        "total": format_money(
            best.cells[drawn], places=question.company.currency_places
        ),
        "title": table.caption,
        "tax": question.company.tax_name,
    }
    if question.sees_margin:
        series, shape = ["cost", "margin", "uncosted"], Shape.STACKED
    else:
        series, shape = ["total"], Shape.SIDEWAYS
    gist, title, rest_label = _("Most was sold of %(name)s: %(total)s."), "", ""
    if is_net:
        gist = _("Most was sold of %(name)s: %(total)s before %(tax)s.")
        title = _("%(title)s, before %(tax)s") % facts
        rest_label = _("The rest, before %(tax)s") % facts
    return Chart(
        *(shape, table.key, "name", series, gist % facts),
        rows_max=BARS_MAX,
        title=title,
        rest_label=rest_label,
    )


def _list_notes(question: Question, found: SoldGoods) -> list[str]:
    """Return what else a reader of goods has to know."""
    notes = note_same_minute(question)
    uncosted = found.whole["uncosted"]
    if not question.sees_margin or not uncosted:
        return notes
    amount = format_money(uncosted, places=question.company.currency_places)
    said = _("%(amount)s was sold without a known cost: it is in no margin.")
    return [said % {"amount": amount}, *notes]
