"""Stock: what is on hand now, what it is worth, and what needs a look."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pos.core.localized_names import name_in_language
from pos.core.money import format_money
from pos.models.stock import LOW_SQL
from sales.reports.goods import name_category, name_unit
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.reading import PRODUCTS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.scope import Scope
from sales.reports.sorting import sort_rows
from sales.reports.statements import fetch
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import keep

IDLE_DAYS = 90
BARS_MAX = 10
LOW, NEGATIVE, IDLE = "low", "negative", "idle"

# By product, by category and by outlet at once. A value is rounded for each product
# at each outlet, so that all three have the same sum.
_QUERY = f"""
    WITH item AS (
        SELECT product.id AS product_id, product.category_id, item.outlet_id,
               item.on_hand,
               round(item.on_hand * product.cost, %(places)s) AS value_at_cost,
               round(item.on_hand * product.price, %(places)s) AS value_at_price,
               {LOW_SQL} AS is_low,
               item.on_hand < 0 AS is_negative,
               product.cost IS NULL AND item.on_hand <> 0 AS has_no_cost
        FROM pos_stockitem item
        JOIN pos_product product ON product.id = item.product_id
        WHERE item.company_id = %(company)s AND item.outlet_id = ANY (%(outlets)s)
            AND product.is_tracked
            AND (product.is_active OR item.on_hand <> 0)
    ), summed AS (
        SELECT grouping(product_id, category_id, outlet_id) AS grouped,
               product_id, category_id, outlet_id, sum(on_hand) AS on_hand,
               sum(value_at_cost) AS value_at_cost,
               sum(value_at_price) AS value_at_price,
               count(*) AS items, count(*) FILTER (WHERE is_low) AS low,
               count(*) FILTER (WHERE is_negative) AS negative,
               count(*) FILTER (WHERE has_no_cost) AS without_cost
        FROM item
        GROUP BY GROUPING SETS (
            (product_id, category_id), (category_id), (outlet_id), ())
    )
    SELECT summed.*, product.name, product.second_name, product.sku, product.unit,
           product.cost, product.price, category.name AS category_name,
           category.second_name AS category_second_name, outlet.name AS outlet_name
    FROM summed
    LEFT JOIN pos_product product ON product.id = summed.product_id
    LEFT JOIN pos_category category ON category.id = summed.category_id
    LEFT JOIN pos_outlet outlet ON outlet.id = summed.outlet_id
    ORDER BY product.name, product.id, category.name, outlet.name
"""  # noqa: S608  our own columns
# What PostgreSQL's grouping() says: a bit for each column that is not grouped by.
OF_PRODUCT, OF_CATEGORY, OF_OUTLET, OF_ALL = 0b001, 0b101, 0b110, 0b111


@of_one_moment
def report_stock(question: Question) -> Report:
    """Return what is on hand at the outlets now, whatever the dates asked for."""
    found = fetch(question, _QUERY, places=question.company.currency_places)
    sold = _read_sold(question)
    whole = next(row for row in found if row["grouped"] == OF_ALL)
    products = [row for row in found if row["grouped"] == OF_PRODUCT]
    tables = [
        _make_products(question, products, sold, whole),
        _make_sums(question, found, OF_CATEGORY, whole),
    ]
    if len(question.chosen) > 1:
        tables.append(_make_sums(question, found, OF_OUTLET, whole))
    return Report(
        "stock",
        _("Stock value"),
        _("What is on hand now, and what it is worth at cost and at today's price."),
        tables if products else [],
        chart=_make_chart(question, tables[1]) if products else None,
        notes=_list_notes(question, whole),
    )


def _read_sold(question: Question) -> set[int]:
    """Return the products that were sold at these outlets in the last 90 days."""
    scope = Scope(
        question.company.pk,
        question.today - timedelta(days=IDLE_DAYS - 1),
        question.today,
        outlets=tuple(outlet.pk for outlet in question.chosen),
    )
    rows = read(PRODUCTS, scope, by=("product_id",))
    return {row["product_id"] for row in rows if row["quantity"]}


def _value_columns(question: Question) -> list[Column]:
    at_cost = Column("value_at_cost", _("Value at cost"), Form.MONEY)
    price_text = _("At today's price.")
    if question.charges_tax and question.company.prices_include_tax:
        price_text = _("At today's price, with tax.")
    return [
        *([at_cost] if question.sees_margin else []),
        Column("value_at_price", _("Value at price"), Form.MONEY, price_text),
    ]


def _make_products(
    question: Question,
    found: Sequence[Mapping[str, Any]],
    sold: set[int],
    whole: Mapping[str, Any],
) -> Table:
    """Return the products; ``show`` keeps those that are low, negative or idle."""
    cost = Column("cost", _("Cost"), Form.MONEY, _("Of one, today."))
    columns = [
        Column("name", _("Product")),
        Column("sku", _("SKU")),
        Column("category", _("Category")),
        Column("on_hand", _("On hand"), Form.QUANTITY),
        Column("unit", _("Unit")),
        *([cost] if question.sees_margin else []),
        *_value_columns(question),
        Column("look", _("Needs a look")),
    ]
    rows = []
    for row in found:
        marks = list_marks(row, is_sold=row["product_id"] in sold)
        if question.show in {LOW, NEGATIVE, IDLE} and question.show not in marks:
            continue
        rows.append(Row(keep(_product_cells(row, marks), columns)))
    return Table(
        "products",
        _("By product"),
        columns,
        sort_rows(rows, columns, question.sort, usual="name"),
        None if len(rows) < len(found) else Row(keep(_values(whole), columns)),
    )


def list_marks(row: Mapping[str, Any], *, is_sold: bool) -> list[str]:
    """Return what needs a look: nothing is idle of which there is nothing."""
    return [
        mark
        for mark, is_so in (
            (NEGATIVE, bool(row["negative"])),
            (LOW, bool(row["low"])),
            (IDLE, row["on_hand"] > 0 and not is_sold),
        )
        if is_so
    ]


def _product_cells(row: Mapping[str, Any], marks: Sequence[str]) -> dict[str, Any]:
    words = {
        NEGATIVE: _("negative"),
        LOW: _("below reorder level"),
        IDLE: _("no sale for %(days)d days") % {"days": IDLE_DAYS},
    }
    return {
        "name": name_in_language(row["name"], row["second_name"]),
        "sku": row["sku"],
        "category": _name_category(row),
        "on_hand": row["on_hand"],
        "unit": name_unit(row["unit"]),
        "cost": row["cost"],
        **_values(row),
        "look": ", ".join(words[mark] for mark in marks),
    }


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("value_at_cost", "value_at_price")}


def _name_category(row: Mapping[str, Any]) -> str:
    return name_category(row["category_name"], row["category_second_name"])


def _make_sums(
    question: Question,
    found: Sequence[Mapping[str, Any]],
    grouped: int,
    whole: Mapping[str, Any],
) -> Table:
    """Return values by category or by outlet; quantities of many units have no sum."""
    is_of_outlets = grouped == OF_OUTLET
    columns = [
        Column("name", _("Outlet") if is_of_outlets else _("Category")),
        Column("items", _("Products"), Form.COUNT, _("At each outlet.")),
        *_value_columns(question),
        Column("low", _("Below reorder level"), Form.COUNT),
        Column("negative", _("Negative"), Form.COUNT),
    ]
    rows = [
        Row(
            keep(
                {
                    **row,
                    "name": row["outlet_name"]
                    if is_of_outlets
                    else _name_category(row),
                },
                columns,
            )
        )
        for row in found
        if row["grouped"] == grouped
    ]
    totals = keep({**whole, "name": None}, columns)
    return Table(
        "outlets" if is_of_outlets else "categories",
        _("By outlet") if is_of_outlets else _("By category"),
        columns,
        sort_rows(rows, columns, question.sort, usual="-value_at_price"),
        Row(totals),
    )


def _make_chart(question: Question, table: Table) -> Chart | None:
    shown = "value_at_cost" if question.sees_margin else "value_at_price"
    keys = {column.key for column in table.columns if column.form != Form.TEXT}
    if question.show in keys:
        shown = question.show
    is_at_cost = shown == "value_at_cost"
    key = shown if is_at_cost else "value_at_price"
    total = table.totals.cells[key] if table.totals else None
    gist = _("Stock is worth %(total)s at today's prices.")
    if is_at_cost:
        gist = _("Stock is worth %(total)s at cost.")
    gist %= {
        "total": format_money(
            total or Decimal(0), places=question.company.currency_places
        )
    }
    return Chart(
        Shape.SIDEWAYS,
        table.key,
        "name",
        [shown],
        gist,
        rows_max=BARS_MAX,
        title=table.find_column(shown).label,
    )


def _list_notes(question: Question, whole: Mapping[str, Any]) -> list[str]:
    notes = [_("It is as it is now: the dates do not matter.")]
    count = whole["without_cost"]
    if question.sees_margin and count:
        said = ngettext(
            "%(count)d has no known cost, and no value at cost.",
            "%(count)d have no known cost, and no value at cost.",
            count,
        )
        notes.append(said % {"count": count})
    return notes
