"""Contributions: the SQL of the receipts of a figure, with what each adds to it.

The sum of a figure is made here a second time: not from what closed shifts were added
up to, but from the receipts themselves. What was taken off a line is the expression of
``sales/shifts/sold_lines.py``, since a word has one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sales.reports.links import NONE
from sales.reports.receipt_figures import ReceiptFigure, Source
from sales.reports.receipt_filter import ReceiptFilter
from sales.reports.scope import Scope
from sales.reports.statements import KINDS
from sales.shifts.acts import ACTS, BUSINESS_DATE, OF_SALES, VOIDED
from sales.shifts.sold_lines import LINES, ZONE, choose_idle_tills, choose_shifts

# What has no receipt: where its rows are. A void and a line taken off it are of a sale.
TABLES_OF_ACTS = {
    **dict.fromkeys(("no_sale", "pay_in", "pay_out", "drop"), "sales_cashmovement"),
    "correction": "sales_tendercorrection",
    "variance": "sales_shift",
}
SALES = "sales_sale"
_OF_SALES_TOO = frozenset({"removed_line"})
_OF_ACTS = frozenset({*TABLES_OF_ACTS, "void", "removed_line"})

_SOLD = """
    searched AS (
        SELECT count(*) AS receipts FROM (
            SELECT FROM sales_sale sale
            WHERE sale.company_id = %(company)s AND sale.status = 'finalized'
                AND sale.business_date BETWEEN %(since)s AND %(until)s
            LIMIT %(searched_max)s + 1) few
    ),
    place AS MATERIALIZED (
        SELECT till.id AS till_id, till.outlet_id, company.currency_places AS places
        FROM pos_till till
        JOIN pos_company company ON company.id = till.company_id
        WHERE till.company_id = %(company)s
            AND (%(outlets)s::bigint[] IS NULL
                 OR till.outlet_id = ANY (%(outlets)s::bigint[]))
    ),
    -- One step after the other: planned as one join, it would go through the sales
    -- once for every till.
    picked AS MATERIALIZED (
        SELECT sale.id AS sale_id, sale.company_id, sale.shift_id, sale.till_id,
               sale.kind AS document, sale.business_date, sale.tax_date,
               sale.cashier_id, sale.finalized_at, sale.line_count, sale.total,
               sale.net_total AS net, sale.tax_total AS tax, sale.rounding,
               sale.deposits, sale.prices_include_tax, sale.tax_rounding,
               sale.discount_reason, sale.reason
        FROM sales_sale sale
        WHERE sale.company_id = %(company)s AND sale.status = 'finalized'
            AND sale.business_date BETWEEN %(since)s AND %(until)s
            AND sale.till_id = ANY (ARRAY(SELECT till_id FROM place)) {conditions}
            AND (SELECT receipts FROM searched) <= %(searched_max)s
    ),
    {clock}
    sold AS MATERIALIZED (
        SELECT picked.*, place.outlet_id, place.places, {hour} AS hour
        FROM picked JOIN place ON place.till_id = picked.till_id {with_clock}
        WHERE (SELECT count(*) FROM picked) <= %(picked_max)s {of_hour}
    )
"""
_HOUR = "extract(hour FROM picked.finalized_at AT TIME ZONE clock.zone)::smallint"
_CLOCK = f"""
    clock AS MATERIALIZED (
        {choose_shifts("shift.id IN (SELECT shift_id FROM picked)")}
    ),
"""  # noqa: S608  our own columns
# Lines where nobody asks what was taken off: without windows over their sale.
_PLAIN_LINES = """
    lines AS (
        SELECT sold.sale_id, sold.document, sold.business_date,
               sold.total AS sale_total, sold.net AS sale_net, line.product_id,
               line.tax_code, line.tax_rate, line.quantity, line.total,
               line.net_total AS net, line.tax_total AS tax,
               coalesce(round(line.unit_cost * line.quantity, sold.places), 0) AS cost,
               CASE WHEN line.unit_cost IS NULL THEN line.net_total ELSE 0 END
                   AS uncosted
        FROM sold
        JOIN sales_saleline line
            ON line.sale_id = sold.sale_id AND line.removed_by IS NULL
    )
"""
_BY_SALE = """
    by_sale AS (
        SELECT sale_id, document, business_date, sale_total AS total, sale_net AS net,
               sum(cost) AS cost, sum(uncosted) AS uncosted{taken_off}
        FROM lines GROUP BY sale_id, document, business_date, sale_total, sale_net
    )
"""
_TAKEN_OFF = ", sum(line_off + sale_off) AS discounts, sum(points_off) AS points"
_MONEY = """
    money AS (
        SELECT sold.sale_id, sold.business_date, tender.kind, tender.amount,
               sold.document AS source
        FROM sold JOIN sales_tender tender ON tender.sale_id = sold.sale_id
        UNION ALL
        SELECT sold.sale_id, sold.business_date, moved.kind, moved.amount, 'correction'
        FROM sold
        JOIN sales_tender tender ON tender.sale_id = sold.sale_id
        JOIN sales_tendercorrection correction ON correction.tender_id = tender.id
        CROSS JOIN LATERAL (
            VALUES (correction.kind_after, correction.amount),
                   (correction.kind_before, -correction.amount)
        ) moved (kind, amount)
    )
"""
# The shifts in which an act of these dates may be: what was voided while none was open
# is of the following shift, or waits for it. Shifts of a till follow each other, so the
# one before has closed last.
_NEAR = (
    "shift.company_id = %(company)s"
    " AND (%(outlets)s::bigint[] IS NULL OR till.outlet_id = ANY (%(outlets)s))"
    " AND coalesce(shift.closed_at, 'infinity') > %(since)s::date - interval '3 days'"
    " AND coalesce((SELECT before.closed_at FROM sales_shift before"
    " WHERE before.till_id = shift.till_id AND before.id < shift.id"
    " ORDER BY before.id DESC LIMIT 1), '-infinity')"
    " < %(until)s::date + interval '3 days'"
)
_IDLE = (
    "till.company_id = %(company)s"
    " AND (%(outlets)s::bigint[] IS NULL OR till.outlet_id = ANY (%(outlets)s))"
)
_ACTS = f"""
    chosen AS ({choose_shifts(_NEAR)} UNION ALL {choose_idle_tills(_IDLE)}),
    voided AS ({VOIDED}),
    acts AS (
        SELECT {BUSINESS_DATE} AS business_date, act_id, sale_id, shift_id, till_id,
               what, person_id, reason, amount, happened_at
        FROM ({ACTS}) act
        CROSS JOIN LATERAL (SELECT happened_at AT TIME ZONE zone AS local) happened
        CROSS JOIN LATERAL (
            SELECT (happened.local::date + day_ends_at) AT TIME ZONE zone AS at
        ) ended
    )
"""  # noqa: S608  our own columns
# Which sales have such a reason: the others need no look at their lines. Each with its
# condition, the column of its reason, and that of who did it.
_OF_LINES, _OF_CASHIER = "line.discount_reason", "sale.cashier_id"
_HAVE_REASON: Mapping[str, tuple[str, str, str]] = {
    "line_discount": ("line.line_discount <> 0", _OF_LINES, _OF_CASHIER),
    "label_price": ("line.label_amount IS NOT NULL", _OF_LINES, _OF_CASHIER),
    "offer": ("line.offers_discount <> 0", _OF_LINES, _OF_CASHIER),
    "override": ("line.price_source = 'override'", "line.price_reason", ""),
    "removed_line": ("line.removed_by IS NOT NULL", "", ""),
    "sale_discount": (
        *("(sale.discount_rate <> 0 OR sale.discount_amount <> 0)",),
        *("sale.discount_reason", _OF_CASHIER),
    ),
    "points": ("sale.points_value <> 0", "", _OF_CASHIER),
    "refund": ("sale.kind = 'refund'", "sale.reason", _OF_CASHIER),
}
_TOO_MANY = (
    "(SELECT receipts FROM searched) > %(searched_max)s"
    " OR (SELECT count(*) FROM picked) > %(picked_max)s"
)
# One page of them, behind what all of them come to.
_PAGE = """
    whole AS (
        SELECT count(*) AS documents, coalesce(sum(amount), 0) AS amount
        FROM contribution
    ),
    page AS (
        SELECT * FROM contribution
        WHERE %(before)s::uuid IS NULL OR (business_date, id) < (
            SELECT last.business_date, last.id FROM contribution last
            JOIN {table} named ON named.id = last.id
            WHERE named.company_id = %(company)s AND named.uid = %(before)s::uuid)
        ORDER BY business_date DESC, id DESC LIMIT %(limit)s
    )
    SELECT {too_many}, whole.documents, whole.amount, page.id, page.business_date,
           page.amount, named.uid, sale.id, sale.uid, sale.receipt_number,
           coalesce(page.happened_at, sale.finalized_at, sale.voided_at),
           {zone}, till.name, outlet.name, person.name, customer.name, sale.total,
           coalesce(nullif(page.reason, ''), sale.reason, ''),
           {kinds},
           shift.uid, z_report.report_number
    FROM whole
    LEFT JOIN page ON true
    LEFT JOIN {table} named ON named.id = page.id
    LEFT JOIN sales_sale sale ON sale.id = page.sale_id
    LEFT JOIN pos_till till ON till.id = coalesce(page.till_id, sale.till_id)
    LEFT JOIN pos_outlet outlet ON outlet.id = till.outlet_id
    LEFT JOIN pos_company company ON company.id = till.company_id
    LEFT JOIN pos_staffmember person
        ON person.id = coalesce(page.person_id, sale.cashier_id)
    LEFT JOIN customers_customer customer ON customer.id = sale.customer_id
    LEFT JOIN sales_shift shift ON shift.id = coalesce(page.shift_id, sale.shift_id)
    LEFT JOIN sales_zreport z_report ON z_report.shift_id = shift.id
    ORDER BY page.business_date DESC, page.id DESC
"""


def is_of_acts(chosen: ReceiptFilter) -> bool:
    """Whether acts are listed that are on no receipt."""
    return chosen.values.get("what") in _OF_ACTS - _OF_SALES_TOO


@dataclass(frozen=True, slots=True)
class Asked:
    """``before`` is the uid of the last one of the page before.

    Receipts are looked for among ``searched_max`` at most, and lines in those of
    ``picked_max`` that have any of the kind.
    """

    before: UUID | None
    limit: int
    searched_max: int
    picked_max: int


def make_statement(
    chosen: ReceiptFilter, scope: Scope, asked: Asked
) -> tuple[str, dict[str, Any]]:
    """Return the statement of a page of the receipts, and its parameters.

    Each of its rows begins with whether they are too many to look at, how many there
    are and what all come to. A page that is empty has one row, without a receipt; it is
    empty where they are too many.
    """
    table = TABLES_OF_ACTS.get(chosen.values.get("what", ""), SALES)
    parts = [*_parts(chosen), ""]
    too_many = "false" if is_of_acts(chosen) else _TOO_MANY
    page = _PAGE.format(table=table, too_many=too_many, zone=ZONE, kinds=KINDS)
    params = {
        "company": scope.company_id,
        "since": scope.since,
        "until": scope.until,
        "outlets": None if scope.outlets is None else list(scope.outlets),
        "products": list(chosen.products),
        "before": asked.before,
        "limit": asked.limit,
        "searched_max": asked.searched_max,
        "picked_max": asked.picked_max,
        **chosen.values,
    }
    return f"WITH {','.join(parts)}{page}", params


def _parts(chosen: ReceiptFilter) -> Iterator[str]:
    """The relations of the statement up to ``contribution``."""
    if chosen.source == Source.REASONS:
        yield from _parts_of_reasons(chosen)
        return
    yield _select_sold(chosen)
    figure = chosen.figure
    if chosen.source == Source.TENDERS:
        yield _MONEY
        yield _contribute("money", figure, _match("kind", "tender", chosen))
    elif chosen.source in {Source.PRODUCTS, Source.TAXES}:
        yield LINES if figure.is_taken_off else _PLAIN_LINES
        yield _contribute("lines", figure, *_match_lines(chosen))
    elif figure.is_taken_off or figure.is_margin:
        yield LINES if figure.is_taken_off else _PLAIN_LINES
        taken_off = _TAKEN_OFF if figure.is_taken_off else ""
        yield _BY_SALE.format(taken_off=taken_off)
        yield _contribute("by_sale", figure)
    else:
        yield _contribute("sold", figure)


def _parts_of_reasons(chosen: ReceiptFilter) -> Iterator[str]:
    what = chosen.values["what"]
    matches = [
        *(_match("what", "what", chosen), _match("person_id", "cashier", chosen)),
        _match("reason", "reason", chosen),
    ]
    selects = []
    if what not in _OF_ACTS or what in _OF_SALES_TOO:
        yield _select_sold(chosen)
        yield LINES
        yield f"of_sales AS ({OF_SALES})"
        selects.append(
            "SELECT what, business_date, sale_id AS id, sale_id,"
            " NULL::bigint AS shift_id, NULL::bigint AS till_id, person_id, reason,"
            " NULL::timestamptz AS happened_at, amount FROM of_sales"
        )
    if what in _OF_ACTS:
        yield _ACTS
        weekday = "extract(isodow FROM business_date)::int"
        matches.append(_match(weekday, "weekday", chosen))
        selects.append(
            "SELECT what, business_date, act_id AS id, sale_id, shift_id, till_id,"
            " person_id, reason, happened_at, amount FROM acts"
            " WHERE business_date BETWEEN %(since)s AND %(until)s"
        )
    yield (
        "contribution AS (SELECT business_date, id, max(sale_id) AS sale_id,"  # noqa: S608
        " max(shift_id) AS shift_id, max(till_id) AS till_id,"
        " min(person_id) AS person_id, min(reason) AS reason,"
        f" min(happened_at) AS happened_at, sum({chosen.figure.amount}) AS amount"
        f" FROM ({' UNION ALL '.join(selects)}) act"
        f" WHERE {' AND '.join(part for part in matches if part)}"
        " GROUP BY business_date, id)"
    )


def _select_sold(chosen: ReceiptFilter) -> str:
    values, conditions = chosen.values, [""]
    for key, column in (
        ("weekday", "extract(isodow FROM sale.business_date)::int"),
        ("kind", "sale.kind"),
    ):
        conditions.append(_match(column, key, chosen))
    if chosen.source == Source.HOURS:
        conditions.append(_match("sale.cashier_id", "cashier", chosen))
    if values.get("customer") == NONE:
        conditions.append("sale.customer_id IS NULL")
    else:
        conditions.append(_match("sale.customer_id", "customer", chosen))
    if chosen.figure.document:
        conditions.append(f"sale.kind = '{chosen.figure.document}'")
    if chosen.source == Source.PRODUCTS and {"product", "category"} & {*values}:
        conditions.append(
            "sale.id IN (SELECT line.sale_id FROM sales_saleline line"
            " WHERE line.product_id = ANY (%(products)s::bigint[]))"
        )
    if "what" in values:
        conditions.append(_have_reason(chosen))
    found = [part for part in conditions if part]
    is_of_hour = "hour" in values
    return _SOLD.format(
        clock=_CLOCK if is_of_hour else "",
        with_clock="JOIN clock ON clock.shift_id = picked.shift_id"
        if is_of_hour
        else "",
        hour=_HOUR if is_of_hour else "NULL::smallint",
        of_hour=f"AND {_HOUR} = %(hour)s" if is_of_hour else "",
        conditions="".join(f" AND {part}" for part in found),
    )


def _have_reason(chosen: ReceiptFilter) -> str:
    condition, reason, person = _HAVE_REASON[chosen.values["what"]]
    matches = [
        condition,
        _match(reason, "reason", chosen) if reason else "",
        _match(person, "cashier", chosen) if person else "",
    ]
    matching = " AND ".join(part for part in matches if part)
    if "line." not in matching:
        return matching
    return (
        "EXISTS (SELECT FROM sales_saleline line"  # noqa: S608  our own columns
        f" WHERE line.sale_id = sale.id AND {matching})"
    )


def _match_lines(chosen: ReceiptFilter) -> Iterator[str]:
    if {"product", "category"} & {*chosen.values}:
        yield "product_id = ANY (%(products)s::bigint[])"
    yield _match("tax_code", "tax", chosen)
    yield _match("tax_rate", "rate", chosen)


def _match(column: str, key: str, chosen: ReceiptFilter) -> str:
    return f"{column} = %({key})s" if key in chosen.values else ""


def _contribute(relation: str, figure: ReceiptFigure, *conditions: str) -> str:
    """Add up the rows by receipt, of those that are part of the figure."""
    matches = [part for part in (*conditions, figure.of) if part]
    is_sum = not figure.amount.startswith("count(")
    amount = f"sum({figure.amount})" if is_sum else figure.amount
    return (
        "contribution AS (SELECT business_date, sale_id AS id, sale_id,"  # noqa: S608
        " NULL::bigint AS shift_id, NULL::bigint AS till_id,"
        " NULL::bigint AS person_id, '' AS reason, NULL::timestamptz AS happened_at,"
        f" {amount} AS amount FROM {relation}"
        f" WHERE {' AND '.join(matches) or 'true'} GROUP BY business_date, sale_id)"
    )
