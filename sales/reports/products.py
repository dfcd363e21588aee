"""Products: how many of each were sold and came back, and what they came to."""

from decimal import Decimal

from django.utils.translation import gettext as _

from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.report import Report
from sales.reports.sold_goods import (
    SoldGoods,
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


@of_one_moment
def report_products(question: Question) -> Report:
    """Return what each product came to, by its name of today."""
    found = read_sold_goods(question)
    columns = _list_columns(question)
    report = Report(
        "products",
        _("Sales by product"),
        _("What was sold and came back of each product, by its name of today."),
        [],
    )
    whole = found.whole["total"]
    rows = [_make_row(question, columns, found, key, whole) for key in found.goods]
    return make_goods_report(question, found, report, columns, rows)


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
    columns: list[Column],
    found: SoldGoods,
    key: int,
    whole: Decimal,
) -> Row:
    good, row = found.goods[key], found.find_now(key)
    compared, word = compare(row["total"], found.find_before(key))
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
