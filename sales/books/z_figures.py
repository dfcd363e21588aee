"""Checks of Z figures: every figure of every Z report, added up again from the rows.

The till adds up one shift with the statements of ``sales/shifts/sums.py``; these are
others, for all shifts at once, so that neither checks itself.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pos.models import TenderKind
from sales.books.check import Check, Offence, Scope, narrow
from sales.books.documents import compare_documents
from sales.checkout.fiscal_text import VERSION

_KINDS = ", ".join(f"'{kind}'" for kind in TenderKind.values)

# The closed shifts that are looked at, with what is known without adding up.
_CLOSED = """
    SELECT z.id, z.company_id, z.report_number, z.shift_id, z.figures, z.grand_total,
           z.before, shift.opening_float, shift.counted_cash, shift.expected_cash,
           shift.till_code, company.currency_places AS places
    FROM (SELECT *, lag(grand_total, 1, 0.000) OVER (
              PARTITION BY till_id ORDER BY number) AS before
          FROM sales_zreport) z
    JOIN (SELECT shift.*, till.code AS till_code
          FROM sales_shift shift JOIN pos_till till ON till.id = shift.till_id) shift
        ON shift.id = z.shift_id
    JOIN pos_company company ON company.id = z.company_id
    WHERE true /*company z*/ /*since shift*/
"""

_SALES = """
    SELECT sale.shift_id, sum(sale.total) AS total, sum(sale.net_total) AS net,
           sum(sale.rounding) AS rounding, sum(sale.deposits) AS deposits,
           sum(sale.deposits) FILTER (WHERE sale.kind = 'sale') AS charged,
           sum(sale.deposits) FILTER (WHERE sale.kind = 'refund') AS returned,
           sum(sale.total) FILTER (WHERE sale.kind = 'sale') AS sold,
           sum(sale.total) FILTER (WHERE sale.kind = 'refund') AS refunds,
           count(*) FILTER (WHERE sale.kind = 'sale') AS sales_count,
           count(*) FILTER (WHERE sale.kind = 'refund') AS refunds_count,
           min(sale.number) FILTER (WHERE sale.kind = 'sale') AS first_sale,
           max(sale.number) FILTER (WHERE sale.kind = 'sale') AS last_sale,
           min(sale.number) FILTER (WHERE sale.kind = 'refund') AS first_refund,
           max(sale.number) FILTER (WHERE sale.kind = 'refund') AS last_refund
    FROM sales_sale sale JOIN closed ON closed.shift_id = sale.shift_id
    WHERE sale.status = 'finalized'
    GROUP BY sale.shift_id
"""

_TAXES = """
    SELECT rate.shift_id, jsonb_agg(jsonb_build_array(rate.tax_code,
               rate.tax_rate::numeric(10, 5)::text, rate.net::numeric(20, 3)::text,
               rate.tax::numeric(20, 3)::text)
               ORDER BY rate.tax_code, rate.tax_rate) AS taxes
    FROM (
        SELECT sale.shift_id, line.tax_code, line.tax_rate,
               sum(line.net_total) AS net, sum(line.total - line.net_total) AS tax
        FROM sales_sale sale
        JOIN closed ON closed.shift_id = sale.shift_id
        JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized'
        GROUP BY sale.shift_id, line.tax_code, line.tax_rate
    ) rate
    GROUP BY rate.shift_id
"""

# What was taken off, with the tax that it saved: worked out for each rate of a sale, or
# for each line, as the sale's tax is.
_TAKEN_OFF = """
    SELECT part.shift_id, sum(part.asked - part.before_points) AS discounts,
           sum(part.before_points - part.paid) AS points
    FROM (
        SELECT part.*, CASE WHEN discounted = 0 THEN before_points
                   ELSE listed + CASE WHEN prices_include_tax THEN 0
                       ELSE round(listed * tax_rate, places) END END AS asked
        FROM (
            SELECT part.*, CASE WHEN with_points = 0 THEN paid
                       ELSE listed - discounted + CASE WHEN prices_include_tax THEN 0
                           ELSE round((listed - discounted) * tax_rate, places) END
                       END AS before_points
            FROM (
                SELECT sale.shift_id, sale.prices_include_tax, line.tax_rate,
                       closed.places, sum(line.list_amount) AS listed,
                       sum(line.line_discount + line.offers_discount
                           + line.sale_discount) AS discounted,
                       sum(line.points_discount) AS with_points,
                       sum(line.total) AS paid
                FROM sales_sale sale
                JOIN closed ON closed.shift_id = sale.shift_id
                JOIN sales_saleline line
                    ON line.sale_id = sale.id AND line.removed_by IS NULL
                WHERE sale.status = 'finalized' AND sale.kind = 'sale'
                GROUP BY sale.id, closed.places, line.tax_code, line.tax_rate,
                    CASE sale.tax_rounding WHEN 'line' THEN line.position ELSE 0 END
                HAVING sum(line.line_discount + line.offers_discount
                           + line.sale_discount) <> 0
                    OR sum(line.points_discount) <> 0
            ) part
        ) part
    ) part
    GROUP BY part.shift_id
"""

_TENDERS = f"""
    SELECT by_kind.shift_id, jsonb_agg(jsonb_build_array(by_kind.kind, by_kind.count,
               by_kind.taken::text, by_kind.refund_count, by_kind.refunds::text,
               by_kind.corrected::text)
               ORDER BY by_kind.kind = 'exchange',
                   array_position(ARRAY[{_KINDS}], by_kind.kind),
                   by_kind.kind COLLATE "C") AS tenders,
           sum(by_kind.taken) FILTER (WHERE by_kind.kind = 'cash') AS cash_sales,
           sum(by_kind.refunds) FILTER (WHERE by_kind.kind = 'cash') AS cash_refunds,
           sum(by_kind.corrected) FILTER (WHERE by_kind.kind = 'cash')
               AS cash_corrected
    FROM (
        SELECT money.shift_id, money.kind::text AS kind,
               count(*) FILTER (WHERE money.source = 'sale') AS count,
               coalesce(sum(money.amount) FILTER (WHERE money.source = 'sale'), 0.000)
                   AS taken,
               count(*) FILTER (WHERE money.source = 'refund') AS refund_count,
               coalesce(sum(money.amount) FILTER (WHERE money.source = 'refund'), 0.000)
                   AS refunds,
               coalesce(sum(money.amount) FILTER (WHERE money.source = 'correction'),
                        0.000) AS corrected
        FROM (
            SELECT sale.shift_id, tender.kind, tender.amount, sale.kind AS source
            FROM sales_tender tender
            JOIN sales_sale sale ON sale.id = tender.sale_id
            JOIN closed ON closed.shift_id = sale.shift_id
            UNION ALL
            SELECT correction.shift_id, moved.kind, moved.amount, 'correction'
            FROM sales_tendercorrection correction
            JOIN closed ON closed.shift_id = correction.shift_id
            CROSS JOIN LATERAL (
                VALUES (correction.kind_after, correction.amount),
                       (correction.kind_before, -correction.amount)
            ) moved (kind, amount)
        ) money
        GROUP BY money.shift_id, money.kind
    ) by_kind
    GROUP BY by_kind.shift_id
"""  # noqa: S608  names of our own kinds

_MOVED = """
    SELECT movement.shift_id,
           sum(movement.amount) FILTER (WHERE movement.kind = 'pay_in') AS paid_in,
           sum(movement.amount) FILTER (WHERE movement.kind = 'pay_out') AS paid_out,
           sum(movement.amount) FILTER (WHERE movement.kind = 'drop') AS dropped,
           count(*) FILTER (WHERE movement.kind = 'no_sale') AS no_sales,
           count(*) FILTER (WHERE movement.kind <> 'no_sale') AS movements
    FROM sales_cashmovement movement
    JOIN closed ON closed.shift_id = movement.shift_id
    GROUP BY movement.shift_id
"""

_POINTS = """
    SELECT sale.shift_id,
           sum(entry.points) FILTER (WHERE entry.kind IN ('earn', 'reverse')) AS earned,
           -sum(entry.points) FILTER (WHERE entry.kind = 'redeem') AS redeemed
    FROM sales_sale sale
    JOIN closed ON closed.shift_id = sale.shift_id
    JOIN customers_pointsentry entry
        ON entry.company_id = sale.company_id AND entry.source = sale.uid
    WHERE sale.customer_id IS NOT NULL
    GROUP BY sale.shift_id
"""

# Sales that no device made are in none of these.
_DEVICES = """
    SELECT by_device.shift_id, jsonb_agg(jsonb_build_array(by_device.uid,
               by_device.name, by_device.sales, by_device.refunds,
               by_device.total::numeric(20, 3)::text) ORDER BY by_device.uid) AS devices
    FROM (
        SELECT sale.shift_id, device.uid, device.name,
               count(*) FILTER (WHERE sale.kind = 'sale') AS sales,
               count(*) FILTER (WHERE sale.kind = 'refund') AS refunds,
               sum(sale.total) AS total
        FROM sales_sale sale
        JOIN closed ON closed.shift_id = sale.shift_id
        JOIN pos_device device ON device.id = sale.device_id
        WHERE sale.status = 'finalized'
        GROUP BY sale.shift_id, device.id
    ) by_device
    GROUP BY by_device.shift_id
"""

_CORRECTED = """
    SELECT correction.shift_id, count(*) AS corrections
    FROM sales_tendercorrection correction
    JOIN closed ON closed.shift_id = correction.shift_id
    GROUP BY correction.shift_id
"""


def _make_receipt(letter: str, number: str) -> str:
    """SQL of a receipt number as I63 expects it; empty without a number."""
    return (
        f"coalesce(closed.till_code || '-{letter}-' || lpad({number}::text,"
        f" greatest(6, length({number}::text)), '0'), '')"
    )


def _cast_amount(sql: str) -> str:
    return f"coalesce({sql}, 0)::numeric(20, 3)::text"


def _make_object(**values: str) -> str:
    """SQL of a JSON object."""
    pairs = ", ".join(f"'{key}', {sql}" for key, sql in values.items())
    return f"jsonb_build_object({pairs})"


# By part of the figures, each figure as SQL over the sums above. Figures that later
# versions added are compared where a report has them.
_FIGURES = {
    "total": _cast_amount("sales.total"),
    "net": _cast_amount("sales.net"),
    "tax": _cast_amount("sales.total - sales.net"),
    "refunds": _cast_amount("sales.refunds"),
    "rounding": _cast_amount("sales.rounding"),
    "taken": _cast_amount("sales.total + sales.deposits + sales.rounding"),
    "taxes": "coalesce(taxes.taxes, '[]')",
    "tenders": "coalesce(tenders.tenders, '[]')",
    "points": _make_object(
        earned="coalesce(points.earned, 0)", redeemed="coalesce(points.redeemed, 0)"
    ),
    "receipts": f"jsonb_build_array({_make_receipt('S', 'sales.first_sale')},"
    f" {_make_receipt('S', 'sales.last_sale')})",
    "refund_receipts": f"jsonb_build_array({_make_receipt('R', 'sales.first_refund')},"
    f" {_make_receipt('R', 'sales.last_refund')})",
    "grand_total_before": _cast_amount("closed.before"),
    "grand_total": _cast_amount("closed.before + coalesce(sales.total, 0)"),
}
_TAKEN_OFF_FIGURES = {
    "gross": _cast_amount(
        "coalesce(sales.sold, 0) + coalesce(off.discounts, 0) + coalesce(off.points, 0)"
    ),
    "discounts": _cast_amount("off.discounts"),
    "points_value": _cast_amount("off.points"),
}
_COUNTS = {
    "sales": "coalesce(sales.sales_count, 0)",
    "refunds": "coalesce(sales.refunds_count, 0)",
    "no_sales": "coalesce(moved.no_sales, 0)",
    "movements": "coalesce(moved.movements, 0)",
}
_CASH = {
    "float": _cast_amount("closed.opening_float"),
    "sales": _cast_amount("tenders.cash_sales"),
    "refunds": _cast_amount("tenders.cash_refunds"),
    "corrected": _cast_amount("tenders.cash_corrected"),
    "paid_in": _cast_amount("moved.paid_in"),
    "paid_out": _cast_amount("moved.paid_out"),
    "dropped": _cast_amount("moved.dropped"),
    "expected": _cast_amount("closed.expected_cash"),
    "counted": _cast_amount("closed.counted_cash"),
}

_RECOUNTED = f"""
    WITH closed AS ({_CLOSED}), sales AS ({_SALES}), taxes AS ({_TAXES}),
         off AS ({_TAKEN_OFF}), tenders AS ({_TENDERS}), moved AS ({_MOVED}),
         points AS ({_POINTS}), devices AS ({_DEVICES}), corrected AS ({_CORRECTED})
    SELECT wrong.company_id, wrong.report_number, wrong.figures::text
    FROM (
        SELECT closed.company_id, closed.report_number, closed.figures,
               {_make_object(**_FIGURES)}
               || CASE WHEN closed.figures #> '{{cash,since_last_count}}' IS NULL
                  THEN '{{}}' ELSE {_make_object(**_TAKEN_OFF_FIGURES)} END
               || CASE WHEN closed.figures -> 'devices' IS NULL
                      AND devices.devices IS NULL
                  THEN '{{}}' ELSE jsonb_build_object('devices',
                      coalesce(devices.devices, '[]')) END
               || CASE WHEN closed.figures -> 'deposits' IS NULL
                      AND coalesce(sales.charged, 0) = 0
                      AND coalesce(sales.returned, 0) = 0
                  THEN '{{}}' ELSE jsonb_build_object('deposits', jsonb_build_array(
                      {_cast_amount("sales.charged")},
                      {_cast_amount("sales.returned")})) END
                  AS figures_again,
               {_make_object(**_COUNTS)}
               || CASE WHEN closed.figures #> '{{counts,corrections}}' IS NULL
                  THEN '{{}}' ELSE jsonb_build_object('corrections',
                      coalesce(corrected.corrections, 0)) END AS counts_again,
               {_make_object(**_CASH)} AS cash_again
        FROM closed
        LEFT JOIN sales ON sales.shift_id = closed.shift_id
        LEFT JOIN taxes ON taxes.shift_id = closed.shift_id
        LEFT JOIN off ON off.shift_id = closed.shift_id
        LEFT JOIN tenders ON tenders.shift_id = closed.shift_id
        LEFT JOIN moved ON moved.shift_id = closed.shift_id
        LEFT JOIN points ON points.shift_id = closed.shift_id
        LEFT JOIN devices ON devices.shift_id = closed.shift_id
        LEFT JOIN corrected ON corrected.shift_id = closed.shift_id
    ) wrong
    WHERE NOT coalesce(wrong.figures || wrong.figures_again = wrong.figures
        AND (wrong.figures -> 'counts') || wrong.counts_again
            = wrong.figures -> 'counts'
        AND (wrong.figures -> 'cash') || wrong.cash_again
            = wrong.figures -> 'cash', false)
"""  # noqa: S608  our own columns

# The fields of a Z report's document beside its figures, as SQL over the rows of today.
DOCUMENT_FIELDS = {
    "v": str(VERSION),
    "at": "shift.closed_at",
    "opened_at": "shift.opened_at",
    "business_date": "shift.business_date::text",
    "cashier": "cashier.uid::text",
    "closed_by": "closer.uid::text",
    "approved_by": "coalesce(approver.uid::text, '')",
    "variance_reason": "shift.variance_reason",
    "chain_no": "document.chain_no",
    "kind": "document.kind",
    "number": "z.report_number",
    "uid": "shift.uid::text",
    "currency": "company.currency",
    "pieces": "coalesce(counted.pieces, '{}')::json",
    "figures": "z.figures::json",
}

_Z_DOCUMENTS = f"""
    SELECT document.company_id, z.report_number, document.text,
           {", ".join(DOCUMENT_FIELDS.values())}
    FROM sales_fiscaldocument document
    JOIN sales_zreport z ON z.id = document.z_report_id
    JOIN sales_shift shift ON shift.id = z.shift_id
    JOIN pos_company company ON company.id = document.company_id
    JOIN pos_staffmember cashier ON cashier.id = shift.cashier_id
    LEFT JOIN pos_staffmember closer ON closer.id = shift.closed_by_id
    LEFT JOIN pos_staffmember approver ON approver.id = shift.approved_by_id
    LEFT JOIN (
        SELECT DISTINCT ON (shift_id) shift_id, pieces FROM sales_cashcount
        WHERE moment = 'closing' ORDER BY shift_id, id DESC
    ) counted ON counted.shift_id = shift.id
    WHERE true /*company document*/ /*since shift*/
"""  # noqa: S608  our own columns


def find_contradicted_z_reports(scope: Scope) -> Iterator[Offence]:
    """Find Z reports whose document differs from their rows."""
    query = narrow(_Z_DOCUMENTS, scope)
    return compare_documents(query, DOCUMENT_FIELDS, read=_read_document)


def _read_document(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    document["at"] = datetime.fromisoformat(document["closed_at"])
    document["opened_at"] = datetime.fromisoformat(document["opened_at"])
    return document


CHECKS = (
    Check(
        "I120",
        "Each figure of a Z report is what the rows of its shift come to.",
        _RECOUNTED,
    ),
    Check(
        "I121",
        "A Z report's document still says what the rows say: shift, count and figures.",
        find=find_contradicted_z_reports,
    ),
    Check(
        "I122",
        "Whatever a closed shift holds was recorded before its Z report.",
        # All times are the database's clock, read while the till was locked.
        """
        SELECT held.company_id, z.report_number || ': ' || held.thing,
               held.recorded_at::text
        FROM (
            SELECT company_id, shift_id, 'movement ' || uid AS thing, recorded_at
            FROM sales_cashmovement
            WHERE true /*of_shifts sales_cashmovement.shift_id*/
            UNION ALL SELECT company_id, shift_id, 'count ' || uid, recorded_at
            FROM sales_cashcount
            WHERE true /*of_shifts sales_cashcount.shift_id*/
            UNION ALL SELECT company_id, shift_id, 'correction ' || uid, recorded_at
            FROM sales_tendercorrection
            WHERE true /*of_shifts sales_tendercorrection.shift_id*/
            UNION ALL SELECT company_id, shift_id, 'part payment ' || uid, recorded_at
            FROM sales_partpayment
            UNION ALL SELECT company_id, shift_id, receipt_number, recorded_at
            FROM sales_sale
            WHERE status = 'finalized' /*of_shifts sales_sale.shift_id*/
        ) held
        JOIN sales_zreport z ON z.shift_id = held.shift_id
        JOIN sales_shift shift ON shift.id = z.shift_id
        WHERE held.recorded_at > z.recorded_at /*company held*/ /*since shift*/
        """,
    ),
)
