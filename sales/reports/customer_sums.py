"""Customer sums: what customers bought, which no roll-up has; read from the sales."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from sales.reports.links import NONE
from sales.reports.receipt_filter import ReceiptFilter
from sales.reports.scope import Scope

_COLUMNS = {
    "month": "date_trunc('month', sale.business_date)::date",
    "business_date": "sale.business_date",
}
_SALE = "FILTER (WHERE sale.kind = 'sale')"
_REFUND = "FILTER (WHERE sale.kind = 'refund')"
_SUMS = {
    "receipts": f"count(*) {_SALE}",
    "refund_receipts": f"count(*) {_REFUND}",
    "line_count": f"sum(sale.line_count) {_SALE}",
    "total": "sum(sale.total)",
    "refunds": f"sum(sale.total) {_REFUND}",
    "net": "sum(sale.net_total)",
    "tax": "sum(sale.tax_total)",
    "rounding": "sum(sale.rounding)",
    "deposits_charged": f"sum(sale.deposits) {_SALE}",
    "deposits_returned": f"sum(sale.deposits) {_REFUND}",
}


def read_customers(
    scope: Scope, chosen: ReceiptFilter, *, by: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what the customer of a filter came to, by month or business date.

    One statement. The names are those of the hours of shifts.
    """
    values = chosen.values
    conditions = []
    if values.get("customer") == NONE:
        conditions.append("sale.customer_id IS NULL")
    elif "customer" in values:
        conditions.append("sale.customer_id = %(customer)s")
    if "weekday" in values:
        conditions.append("extract(isodow FROM sale.business_date)::int = %(weekday)s")
    keys = [f"{_COLUMNS[name]} AS {name}" for name in by]
    sums = [f"coalesce({sum_}, 0) AS {name}" for name, sum_ in _SUMS.items()]
    places = ", ".join(str(place) for place in range(1, len(by) + 1))
    query = (
        f"SELECT {', '.join([*keys, *sums])} FROM sales_sale sale"  # noqa: S608
        " JOIN pos_till till ON till.id = sale.till_id"
        " WHERE sale.company_id = %(company)s AND sale.status = 'finalized'"
        " AND sale.business_date BETWEEN %(since)s AND %(until)s"
        " AND (%(outlets)s::bigint[] IS NULL OR till.outlet_id = ANY (%(outlets)s))"
        + "".join(f" AND {condition}" for condition in conditions)
        + (f" GROUP BY {places} ORDER BY {places}" if by else "")
    )
    params = {
        "company": scope.company_id,
        "since": scope.since,
        "until": scope.until,
        "outlets": None if scope.outlets is None else list(scope.outlets),
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = (*by, *_SUMS)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
