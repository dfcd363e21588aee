"""Categories: what the goods of each category came to, by the category of today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.models import Product
from sales.reports.adding import add
from sales.reports.goods import Good, name_unit
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.reading import PRODUCTS
from sales.reports.report import Report
from sales.reports.sold_goods import (
    make_goods_report,
    money_cells,
    opened,
    read_sold_goods,
)
from sales.reports.table import Column, Form, Row
from sales.reports.words import (
    CHANGE,
    compare,
    keep,
    margin_columns,
    net_columns,
    share_column,
    total_columns,
)

# A column of a quantity is of one unit: kilograms and pieces are never added up.
QUANTITIES = ("quantity", "refunded_quantity", "on_hand")

# A product of the category, its sums, and what it came to before.
Member = tuple[Good, Mapping[str, Any], Decimal | None]


@of_one_moment
def report_categories(question: Question) -> Report:
    """Return what each category came to, with the products that are in it today."""
    found = read_sold_goods(question)
    columns = _list_columns(question, found.goods)
    report = Report(
        "categories",
        _("Sales by category"),
        _("What was sold and came back of the products of each category."),
        [],
        notes=[_("A product counts in the category that it has today.")],
    )
    members: dict[str, list[Member]] = defaultdict(list)
    for key, good in found.goods.items():
        member = good, found.find_now(key), found.find_before(key)
        members[good.category].append(member)
    whole = found.whole["total"]
    rows = [_make_row(question, columns, own, whole) for own in members.values()]
    return make_goods_report(question, found, report, columns, rows)


def _list_columns(question: Question, goods: Mapping[int, Good]) -> list[Column]:
    found = {good.unit for good in goods.values()}
    units = [unit for unit in Product.Unit.values if unit in found]
    labels = {
        "quantity": _("Sold, %(unit)s"),
        "refunded_quantity": _("Refunded, %(unit)s"),
        "on_hand": _("On hand, %(unit)s"),
    }

    def columns_of(*keys: str) -> list[Column]:
        return [
            Column(
                f"{key}_{unit}", labels[key] % {"unit": name_unit(unit)}, Form.QUANTITY
            )
            for unit in units
            for key in keys
        ]

    return [
        Column("name", _("Category")),
        *columns_of("quantity", "refunded_quantity"),
        *total_columns(question),
        *net_columns(question),
        *margin_columns(question, with_cost=True),
        share_column(),
        *columns_of("on_hand"),
    ]


def _make_row(
    question: Question,
    columns: Sequence[Column],
    members: Sequence[Member],
    whole: Decimal,
) -> Row:
    sums = add([row for _good, row, _was in members], PRODUCTS.values)
    befores = [was for _good, _row, was in members if was is not None]
    compared, word = compare(
        sums["total"], sum(befores, Decimal(0)) if befores else None
    )
    category = members[0][0]
    quantities = _add_quantities(members)
    cells = {
        "name": category.category_name,
        **quantities,
        **money_cells(sums, whole),
        **compared,
    }
    fields = narrow(question, category=category.category)
    units = {good.unit for good, _row, _was in members}
    links = link(fields, opened(columns))
    if len(units) == 1:
        # Of one unit, its receipts add up to the figure.
        [unit] = units
        for figure in ("quantity", "refunded_quantity"):
            links[f"{figure}_{unit}"] = {**fields, "figure": figure}
    return Row(keep(cells, columns), links, words={CHANGE: word} if word else {})


def _add_quantities(members: Sequence[Member]) -> dict[str, Decimal]:
    """Return the quantities of each unit that there is in the category."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for good, row, _was in members:
        for figure in ("quantity", "refunded_quantity"):
            found[f"{figure}_{good.unit}"] += row[figure]
        if good.on_hand is not None:
            found[f"on_hand_{good.unit}"] += good.on_hand
    return dict(found)
