"""Customers: who bought most, everybody else, and what nobody known bought."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sales.reports.adding import add
from sales.reports.links import NONE, link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.report import Report
from sales.reports.sorting import sort_rows
from sales.reports.statements import fetch
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import total_column

BEST = 100
VALUES = ("receipts", "total", "refunds")
FIGURES = VALUES

# The hundred best in their places, place 0 for what has no customer, and one place
# more for all others. Who never bought before at these outlets is new.
_QUERY = """
    WITH bought AS (
        SELECT sale.customer_id, count(*) FILTER (WHERE sale.kind = 'sale') AS receipts,
               sum(sale.total) AS total,
               coalesce(sum(sale.total) FILTER (WHERE sale.kind = 'refund'), 0)
                   AS refunds,
               max(sale.business_date) AS last_visit
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        WHERE sale.company_id = %(company)s AND sale.status = 'finalized'
            AND sale.business_date BETWEEN %(since)s AND %(until)s
            AND till.outlet_id = ANY (%(outlets)s)
        GROUP BY sale.customer_id
    ), placed AS (
        SELECT *, CASE WHEN customer_id IS NULL THEN 0 ELSE least(
                   row_number() OVER (PARTITION BY customer_id IS NULL
                                      ORDER BY total DESC, customer_id),
                   %(best)s + 1) END AS place
        FROM bought
    ), summed AS (
        SELECT place, CASE WHEN place BETWEEN 1 AND %(best)s
                           THEN min(customer_id) END AS customer_id,
               count(*) AS how_many, sum(receipts)::bigint AS receipts,
               sum(total) AS total, sum(refunds) AS refunds,
               max(last_visit) AS last_visit
        FROM placed GROUP BY place
    )
    SELECT summed.place, summed.how_many, summed.receipts, summed.total,
           summed.refunds, summed.last_visit, customer.uid, customer.name,
           customer.code, customer.points_balance,
           customer.id IS NOT NULL AND EXISTS (
               SELECT FROM sales_sale earlier
               JOIN pos_till till ON till.id = earlier.till_id
               WHERE earlier.customer_id = customer.id
                   AND earlier.status = 'finalized'
                   AND earlier.business_date < %(since)s
                   AND till.outlet_id = ANY (%(outlets)s)) AS is_returning
    FROM summed
    LEFT JOIN customers_customer customer ON customer.id = summed.customer_id
    ORDER BY summed.place = 0, summed.place
"""


@of_one_moment
def report_customers(question: Question) -> Report:
    """Return the customers who bought most; all rows together are all sales."""
    found = fetch(question, _QUERY, best=BEST)
    columns = _list_columns()
    known = [row for row in found if row["uid"] is not None]
    others = [row for row in found if row["uid"] is None]
    rows = [_make_row(question, row) for row in known]
    whole = add(found, VALUES)
    table = Table(
        "customers",
        _("Sales by customer"),
        columns,
        [
            *sort_rows(rows, columns, question.sort),
            *(_make_other(question, row) for row in sorted(others, key=_none_first)),
        ],
        Row(
            {"receipts": whole["receipts"], **_money(whole)},
            link(narrow(question, of="customers"), FIGURES),
        )
        if found
        else None,
    )
    return Report(
        "customers",
        _("Sales by customer"),
        _("The %(count)d customers who bought most, and everybody else.")
        % {"count": BEST},
        [table],
        notes=[
            _("Who is new had never bought at these outlets before the first day."),
            _("Points balances are those of now."),
        ],
    )


def _none_first(row: Mapping[str, Any]) -> int:
    return int(row["place"])


def _list_columns() -> list[Column]:
    return [
        Column("name", _("Customer")),
        Column("code", _("Code")),
        Column("receipts", _("Receipts"), Form.COUNT, _("Of sales, not of refunds.")),
        total_column(),
        Column(
            "refunds", _("Refunds"), Form.MONEY, _("On their own date, below zero.")
        ),
        Column("points_balance", _("Points balance"), Form.COUNT, _("Now.")),
        Column("last_visit", _("Last visit"), Form.DATE, _("In these dates.")),
        Column("visits", _("New or returning")),
    ]


def _money(row: Mapping[str, Any]) -> dict[str, Decimal]:
    return {"total": Decimal(row["total"]), "refunds": Decimal(row["refunds"])}


def _make_row(question: Question, row: Mapping[str, Any]) -> Row:
    cells = {
        "name": row["name"],
        "code": row["code"],
        "receipts": row["receipts"],
        **_money(row),
        "points_balance": row["points_balance"],
        "last_visit": row["last_visit"],
        "visits": _("returning") if row["is_returning"] else _("new"),
    }
    return Row(cells, link(narrow(question, customer=row["uid"]), FIGURES))


def _make_other(question: Question, row: Mapping[str, Any]) -> Row:
    """Return what has no customer, or what all others bought together."""
    is_nobody = row["place"] == 0
    count = row["how_many"]
    others = ngettext("%(count)d other", "%(count)d others", count)
    cells = {
        "name": _("no customer") if is_nobody else others % {"count": count},
        "receipts": row["receipts"],
        **_money(row),
        "last_visit": row["last_visit"],
    }
    links = link(narrow(question, customer=NONE), FIGURES) if is_nobody else {}
    return Row(cells, links)
