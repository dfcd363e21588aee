"""Refunds and voids: the documents, with who did it, why, and who approved."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.models.voucher import title_kind
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.report import Report
from sales.reports.sorting import sort_rows
from sales.reports.statements import KINDS, fetch
from sales.reports.table import Column, Form, Row, Table
from sales.shifts.acts import BUSINESS_DATE
from sales.shifts.sold_lines import DAY_ENDS_AT, ZONE

_REFUNDS = f"""
    WITH listed AS (
        SELECT sale.id, count(*) OVER () AS how_many, sum(sale.total) OVER () AS whole
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        WHERE sale.company_id = %(company)s AND sale.status = 'finalized'
            AND sale.kind = 'refund'
            AND sale.business_date BETWEEN %(since)s AND %(until)s
            AND till.outlet_id = ANY (%(outlets)s)
        ORDER BY sale.business_date DESC, sale.id DESC
        LIMIT %(rows_max)s
    )
    SELECT sale.business_date AS date, sale.receipt_number AS number,
           original.receipt_number AS original,
           sale.business_date - original.business_date AS days_since,
           sale.total, sale.reason, cashier.name AS cashier, approver.name AS approver,
           (SELECT array_agg(DISTINCT line.is_restocked) FROM sales_saleline line
            WHERE line.sale_id = sale.id AND line.removed_by IS NULL) AS restocked,
           {KINDS} AS kinds,
           listed.how_many, listed.whole
    FROM listed
    JOIN sales_sale sale ON sale.id = listed.id
    JOIN pos_staffmember cashier ON cashier.id = sale.cashier_id
    LEFT JOIN sales_sale original ON original.id = sale.original_id
    LEFT JOIN pos_staffmember approver ON approver.id = sale.approved_by_id
    ORDER BY sale.business_date DESC, sale.id DESC
"""  # noqa: S608  our own columns
# By the clock of the shift it is of, as reasons have it: where none was open, of the
# next one at the till.
_VOIDS = f"""
    SELECT dated.on_date AS date, till_name AS till, sale.total,
           sale.void_reason AS reason, cashier.name AS cashier,
           person.name AS person, count(*) OVER () AS how_many,
           sum(sale.total) OVER () AS whole
    FROM (
        SELECT sale.id, till.name AS till_name, sale.voided_at AS happened_at,
               {ZONE} AS zone, {DAY_ENDS_AT} AS day_ends_at
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        JOIN pos_outlet outlet ON outlet.id = till.outlet_id
        JOIN pos_company company ON company.id = sale.company_id
        LEFT JOIN sales_shift shift ON shift.id = coalesce(sale.shift_id, (
            SELECT min(next.id) FROM sales_shift next
            WHERE next.till_id = sale.till_id
                AND next.id > coalesce(sale.voided_after_id, 0)))
        WHERE sale.company_id = %(company)s AND sale.status = 'voided'
            AND sale.voided_at BETWEEN %(since)s::timestamp - interval '1 day'
                                   AND %(until)s::timestamp + interval '3 days'
            AND till.outlet_id = ANY (%(outlets)s)
    ) act
    CROSS JOIN LATERAL (SELECT happened_at AT TIME ZONE zone AS local) happened
    CROSS JOIN LATERAL (
        SELECT (happened.local::date + day_ends_at) AT TIME ZONE zone AS at
    ) ended
    CROSS JOIN LATERAL (SELECT {BUSINESS_DATE} AS on_date) dated
    JOIN sales_sale sale ON sale.id = act.id
    JOIN pos_staffmember cashier ON cashier.id = sale.cashier_id
    JOIN pos_staffmember person ON person.id = sale.voided_by_id
    WHERE dated.on_date BETWEEN %(since)s AND %(until)s
    ORDER BY dated.on_date DESC, sale.id DESC
    LIMIT %(rows_max)s
"""  # noqa: S608  our own columns


@of_one_moment
def report_refunds(question: Question) -> Report:
    """Return the refunds and the voids of the period, the newest first."""
    refunds = fetch(question, _REFUNDS, rows_max=question.rows_max)
    voids = fetch(question, _VOIDS, rows_max=question.rows_max)
    return Report(
        "refunds",
        _("Refunds and voids"),
        _("What was paid back, and the baskets that were given up unpaid."),
        [_make_refunds(question, refunds), _make_voids(question, voids)],
        notes=_list_notes(question, [refunds, voids]),
    )


def _list_notes(
    question: Question, found: Sequence[Sequence[Mapping[str, Any]]]
) -> list[str]:
    if not any(_count_left_out(rows) for rows in found):
        return []
    return [
        _("These are the newest %(count)d. The sums are of all of them.")
        % {"count": question.rows_max}
    ]


def _count_left_out(rows: Sequence[Mapping[str, Any]]) -> int:
    return rows[0]["how_many"] - len(rows) if rows else 0


def _make_refunds(question: Question, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("date", _("Day"), Form.DATE),
        Column("number", _("Receipt")),
        Column("original", _("Original"), help_text=_("What it was sold on.")),
        Column("days_since", _("Days since"), Form.COUNT, _("Since it was sold.")),
        Column("total", _("Amount"), Form.MONEY, is_headline=True),
        Column("reason", _("Reason")),
        *_list_people(
            question, {"cashier": _("Cashier"), "approver": _("Approved by")}
        ),
        Column("restocked", _("Back in stock")),
        Column("paid_back", _("Paid back by")),
    ]
    lines = [
        Row(
            {
                **{column.key: row.get(column.key) for column in columns},
                "restocked": _name_restocked(row["restocked"]),
                "paid_back": ", ".join(
                    title_kind(kind, question.company)
                    for kind in sorted(row["kinds"] or ())
                ),
            }
        )
        for row in rows
    ]
    fields = narrow(question, what="refund")
    return Table(
        "refunds",
        _("Refunds"),
        columns,
        sort_rows(lines, columns, question.sort),
        _make_totals("number", rows, fields),
        left_out=_count_left_out(rows),
    )


def _list_people(question: Question, labels: Mapping[str, str]) -> list[Column]:
    """Return who did it, for who may see figures of staff members."""
    if not question.sees_staff:
        return []
    return [Column(key, label) for key, label in labels.items()]


def _make_voids(question: Question, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("date", _("Day"), Form.DATE),
        Column("till", _("Till")),
        Column("total", _("Amount"), Form.MONEY, is_headline=True),
        Column("reason", _("Reason")),
        *_list_people(question, {"cashier": _("Cashier"), "person": _("Given up by")}),
    ]
    lines = [Row({column.key: row[column.key] for column in columns}) for row in rows]
    fields = narrow(question, what="void")
    return Table(
        "voids",
        _("Voids"),
        columns,
        sort_rows(lines, columns, question.sort),
        _make_totals("till", rows, fields),
        left_out=_count_left_out(rows),
    )


def _make_totals(
    counted: str, rows: Sequence[Mapping[str, Any]], fields: Mapping[str, str]
) -> Row | None:
    """Return how many there are and what they come to, all of them."""
    if not rows:
        return None
    whole = Decimal(rows[0]["whole"])
    links = {"total": link(fields, ("amount",))["amount"]}
    return Row({counted: str(rows[0]["how_many"]), "total": whole}, links)


def _name_restocked(answers: Sequence[bool] | None) -> str:
    found = set(answers or ())
    if len(found) > 1:
        return _("in part")
    return _("yes") if found == {True} else _("no")
