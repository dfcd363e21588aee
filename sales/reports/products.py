"""Products: how many of each were sold and came back, and what they came to."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money
from sales.reports.adding import Row as Sums
from sales.reports.adding import add
from sales.reports.earlier import read_earlier
from sales.reports.goods import Good, find_goods
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.rates import percent
from sales.reports.reading import PRODUCTS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import (
    CHANGE,
    compare,
    keep,
    margin_cells,
    margin_columns,
    net_columns,
    share_column,
    total_columns,
)

BARS_MAX = 10
# Figures that receipts make.
OPENED = (
    *("quantity", "refunded_quantity", "total", "net", "cost", "margin"),
    "uncosted",
)


@of_one_moment
def report_products(question: Question) -> Report:
    """Return what each product came to, by its name of today."""
    sold = read(PRODUCTS, question.scope, by=("product_id",))
    earlier = read_earlier(question, PRODUCTS, by=("product_id",))
    before = index(earlier)
    none = dict.fromkeys(PRODUCTS.values, 0)
    now = {row["product_id"]: row for row in sold}
    # What was sold before only is there as well: its fall is a change.
    keys = [*now, *(key for key in before or () if key not in now)]
    goods = find_goods(question, keys)
    columns = _list_columns(question)
    whole = add(sold, PRODUCTS.values)
    rows = [
        _make_row(
            question,
            columns,
            goods[key],
            now.get(key, none),
            (find_before(before, key), whole["total"]),
        )
        for key in keys
    ]
    table = Table(
        "products",
        _("Sales by product"),
        columns,
        sort_rows(rows, columns, question.sort, usual="-total"),
        make_totals(question, columns, whole, earlier) if rows else None,
    )
    return Report(
        "products",
        _("Sales by product"),
        _("What was sold and came back of each product, by its name of today."),
        [table],
        chart=make_chart(question, table, "name"),
        notes=list_notes(question, whole),
    )


def index(
    rows: Sequence[Mapping[str, Any]] | None,
) -> dict[int, Mapping[str, Any]] | None:
    """Return the rows of products by product; None where nothing is compared."""
    return None if rows is None else {row["product_id"]: row for row in rows}


def find_before(
    before: Mapping[int, Mapping[str, Any]] | None, key: int
) -> Decimal | None:
    if before is None:
        return None
    return Decimal(before[key]["total"]) if key in before else Decimal(0)


def _list_columns(question: Question) -> list[Column]:
    return [
        Column("name", _("Product")),
        Column("sku", _("SKU")),
        Column("quantity", _("Sold"), Form.QUANTITY),
        Column("refunded_quantity", _("Refunded"), Form.QUANTITY),
        Column("unit", _("Unit")),
        *total_columns(question),
        *net_columns(question),
        *margin_columns(question, with_cost=True),
        share_column(),
        Column("on_hand", _("On hand"), Form.QUANTITY, _("Now, at the outlets shown.")),
    ]


def _make_row(
    question: Question,
    columns: Sequence[Column],
    good: Good,
    row: Mapping[str, Any],
    totals: tuple[Decimal | None, Decimal],
) -> Row:
    before, whole = totals
    compared, word = compare(row["total"], before)
    cells = {
        "name": good.name,
        "sku": good.sku,
        "quantity": Decimal(row["quantity"]),
        "refunded_quantity": Decimal(row["refunded_quantity"]),
        "unit": good.unit_name,
        "on_hand": good.on_hand,
        **money_cells(row, whole),
        **compared,
    }
    return Row(
        keep(cells, columns),
        link(narrow(question, product=good.uid), opened(columns)),
        words={CHANGE: word} if word else {},
    )


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


def make_totals(
    question: Question,
    columns: Sequence[Column],
    whole: Sums,
    earlier: Sequence[Mapping[str, Any]] | None,
) -> Row:
    """Return all goods together; kilograms and pieces are not added up."""
    was = None if earlier is None else Decimal(add(earlier, ("total",))["total"])
    compared, word = compare(whole["total"], was)
    cells = money_cells(whole, whole["total"]) | compared
    money = [key for key in opened(columns) if "quantity" not in key]
    return Row(
        keep(cells, columns),
        link(narrow(question, of="products"), money),
        words={CHANGE: word} if word else {},
    )


def make_chart(question: Question, table: Table, label: str) -> Chart | None:
    """Return the first ten as bars: what they cost and their margin, or their sales."""
    if not table.rows:
        return None
    best = max(table.rows, key=lambda row: row.cells["total"])
    gist = _("Most was sold of %(name)s: %(total)s.") % {
        "name": best.cells[label],
        "total": format_money(
            best.cells["total"], places=question.company.currency_places
        ),
    }
    if question.sees_margin:
        series, shape = ["cost", "margin", "uncosted"], Shape.STACKED
    else:
        series, shape = ["total"], Shape.SIDEWAYS
    return Chart(shape, table.key, label, series, gist, rows_max=BARS_MAX)


def list_notes(question: Question, whole: Sums) -> list[str]:
    """Return what else a reader of goods has to know."""
    notes = []
    if question.sees_margin and whole["uncosted"]:
        notes.append(
            _("%(amount)s was sold without a known cost: it is in no margin.")
            % {
                "amount": format_money(
                    whole["uncosted"], places=question.company.currency_places
                )
            }
        )
    if question.is_running and question.earlier is not None:
        notes.append(_("What is before is up to the same minute of its last day."))
    return notes
