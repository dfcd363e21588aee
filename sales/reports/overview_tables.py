"""Overview tables: tenders, the best products, and who sold."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.localized_names import name_in_language
from pos.models.voucher import title_kind
from sales.reports.links import link, narrow
from sales.reports.margin import margin_rate_of
from sales.reports.question import Question
from sales.reports.rates import find_basket, percent
from sales.reports.report import Chart, Report, Shape
from sales.reports.table import Column, Form, Row, Table

BEST = 10


def make_tenders(question: Question, rows: Sequence[Mapping[str, Any]]) -> Report:
    total = sum((row["total"] for row in rows), Decimal(0))
    shown = sorted(rows, key=lambda row: -row["total"])
    columns = [
        Column("tender", _("Payment method")),
        Column("total", _("Taken"), Form.MONEY, is_headline=True),
        Column("share", _("Share"), Form.PERCENT),
    ]
    made = [
        Row(
            {
                "tender": title_kind(row["kind"], question.company),
                "total": row["total"],
                "share": percent(row["total"], total),
            },
            link(narrow(question, tender=row["kind"]), ("total",)),
        )
        for row in shown
        if row["total"]
    ]
    cells = {"total": total, "share": Decimal(100)}
    table = Table("tenders", _("Payment methods"), columns, made, Row(cells))
    chart = Chart(Shape.PARTS, "tenders", "tender", ["total"], _("Payment methods"))
    return Report("tenders", table.caption, "", [table], chart=chart if made else None)


def find_best(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    ordered = sorted(rows, key=lambda row: (-row["total"], row["product_id"]))
    return ordered[:BEST], ordered[BEST:]


def make_products(
    question: Question,
    best: Sequence[Mapping[str, Any]],
    rest: Sequence[Mapping[str, Any]],
    names: Mapping[int, Any],
) -> Table:
    columns = [
        Column("product", _("Product")),
        Column("quantity", _("Sold"), Form.QUANTITY),
        Column("total", _("Sales"), Form.MONEY, is_headline=True),
    ]
    if question.sees_margin:
        columns.append(Column("margin_rate", _("Margin"), Form.PERCENT))
    rows = [
        Row(
            {
                "product": name_in_language(
                    names[row["product_id"]]["name"],
                    names[row["product_id"]]["second_name"],
                ),
                "quantity": row["quantity"],
                "total": row["total"],
                "margin_rate": margin_rate_of(row) if question.sees_margin else None,
            },
            link(
                narrow(question, product=names[row["product_id"]]["uid"]),
                ("quantity", "total"),
            ),
        )
        for row in best
    ]
    return Table("products", _("Top products"), columns, rows)


def make_staff(
    question: Question, cashiers: Mapping[int, Any], people: Mapping[int, Any]
) -> Table:
    places = question.company.currency_places
    columns = [
        Column("cashier", _("Cashier")),
        Column("receipts", _("Receipts"), Form.COUNT),
        Column("total", _("Sales"), Form.MONEY, is_headline=True),
        Column("basket", _("Basket"), Form.MONEY),
    ]
    ordered = sorted(cashiers.items(), key=lambda item: -item[1]["total"])
    rows = [
        Row(
            {
                "cashier": people[key]["name"],
                "receipts": row["receipts"],
                "total": row["total"],
                "basket": find_basket(row, places=places),
            },
            link(narrow(question, cashier=people[key]["uid"]), ("receipts", "total")),
        )
        for key, row in ordered
    ]
    return Table("staff", _("Tills and staff"), columns, rows)
