"""Staff: what each cashier sold, and how often they did what is no plain sale."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pos.core.money import format_money, round_money
from sales.models import ShiftReason
from sales.reports.adding import add
from sales.reports.earlier import read_earlier
from sales.reports.links import link, narrow
from sales.reports.moment import of_one_moment
from sales.reports.question import Question
from sales.reports.rates import find_basket, per, percent
from sales.reports.reading import HOURS, REASONS, read
from sales.reports.report import Chart, Report, Shape
from sales.reports.sorting import sort_rows
from sales.reports.statements import fetch
from sales.reports.table import Column, Form, Row, Table
from sales.reports.words import (
    CHANGE,
    basket_column,
    compare,
    keep,
    note_same_minute,
    total_columns,
)

What = ShiftReason.What
# How often: each with what it counts. Of two kinds no receipts are opened.
ACTS: Mapping[str, tuple[str, ...]] = {
    "discount": (What.LINE_DISCOUNT.value, What.SALE_DISCOUNT.value),
    "refund": (What.REFUND.value,),
    "void": (What.VOID.value,),
    "no_sale": (What.NO_SALE.value,),
    "removed_line": (What.REMOVED_LINE.value,),
}
# Longer than this, how fast people were is not read from every receipt.
MEDIAN_DAYS_MAX = 31

# People by their names, and how long their baskets took that were never set aside;
# those of everybody together are in the row without a person.
_PEOPLE = """
    WITH median AS (
        SELECT sale.cashier_id, percentile_cont(0.5) WITHIN GROUP (
                   ORDER BY extract(epoch FROM sale.finalized_at - sale.opened_at))
                   AS seconds
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        WHERE %(reads_times)s AND sale.company_id = %(company)s
            AND sale.status = 'finalized' AND sale.kind = 'sale'
            AND sale.business_date BETWEEN %(since)s AND %(until)s
            AND till.outlet_id = ANY (%(outlets)s)
            AND NOT EXISTS (
                SELECT FROM sales_saleoperation operation
                WHERE operation.sale_id = sale.id
                    AND operation.kind IN ('park', 'recall'))
        GROUP BY GROUPING SETS ((sale.cashier_id), ())
    )
    SELECT person.id, person.uid, person.name, median.seconds
    FROM pos_staffmember person
    LEFT JOIN median ON median.cashier_id = person.id
    WHERE person.id = ANY (%(people)s)
    UNION ALL
    SELECT NULL, NULL, '', seconds FROM median WHERE cashier_id IS NULL
"""

Counts = Mapping[str, int]


@of_one_moment
def report_staff(question: Question) -> Report:
    """Return what each person sold, and their acts for each hundred receipts."""
    sold = read(HOURS, question.scope, by=("cashier_id",))
    earlier = read_earlier(question, HOURS, by=("cashier_id",))
    acts = _count_acts(read(REASONS, question.scope, by=("person_id", "what")))
    now = {row["cashier_id"]: row for row in sold}
    before = {row["cashier_id"]: row for row in earlier or ()}
    keys = list(dict.fromkeys([*now, *before, *acts]))
    people = _find_people(question, keys)
    none = dict.fromkeys(HOURS.values, 0)
    columns = _list_columns(question)
    rows = []
    for key in keys:
        person = people[key]
        was = None if earlier is None else before.get(key, none)["total"]
        cells = _make_cells(question, now.get(key, none), acts[key], was)
        rows.append(
            _make_row(
                columns,
                {"cashier": person.name, **cells, "median": person.median},
                narrow(question, cashier=person.uid),
            )
        )
    table = Table(
        "staff",
        _("Sales by cashier"),
        columns,
        sort_rows(rows, columns, question.sort, usual="-total"),
        _make_totals(question, columns, sold, (earlier, acts, people)),
    )
    return Report(
        "staff",
        _("Sales by cashier"),
        _("Who made the receipts, and how often each did what is no plain sale."),
        [table],
        chart=_make_chart(question, table),
        notes=_list_notes(question),
    )


def _count_acts(
    rows: Sequence[Mapping[str, Any]],
) -> defaultdict[int, defaultdict[str, int]]:
    """Return how often each person did what."""
    found: defaultdict[int, defaultdict[str, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    of = {what: act for act, kinds in ACTS.items() for what in kinds}
    for row in rows:
        if row["what"] in of:
            found[row["person_id"]][of[row["what"]]] += row["count"]
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """``median`` is in seconds; None where it is not read, or there is none."""

    uid: str
    name: str
    median: Decimal | None


def _find_people(question: Question, keys: Sequence[int]) -> dict[int | None, Person]:
    """Return these people by their key, and under None all of them together."""
    rows = fetch(
        question,
        _PEOPLE,
        people=list(keys),
        reads_times=question.period.days <= MEDIAN_DAYS_MAX,
    )
    return {
        row["id"]: Person(
            str(row["uid"]),
            row["name"],
            None
            if row["seconds"] is None
            else round_money(Decimal(row["seconds"]), places=0),
        )
        for row in rows
    }


def _list_columns(question: Question) -> list[Column]:
    of_hundred = _("For each 100 receipts.")
    labels = {
        "discount": (_("Discounts"), _("Discounts per 100")),
        "refund": (_("Refunds"), _("Refunds per 100")),
        "void": (_("Voids"), _("Voids per 100")),
        "no_sale": (_("No-sales"), _("No-sales per 100")),
        "removed_line": (_("Lines taken off"), _("Lines taken off per 100")),
    }
    acts = [
        column
        for act, (label, rate_label) in labels.items()
        for column in (
            Column(f"{act}_count", label, Form.COUNT, _("How often.")),
            Column(f"{act}_rate", rate_label, Form.QUANTITY, of_hundred),
        )
    ]
    median = Column(
        "median",
        _("Median sale"),
        Form.SECONDS,
        _("From the first scan to the receipt, of sales that were never parked."),
    )
    return [
        Column("cashier", _("Cashier")),
        Column("receipts", _("Receipts"), Form.COUNT, _("Of sales, not of refunds.")),
        *total_columns(question),
        basket_column(),
        Column("lines", _("Lines"), Form.QUANTITY, _("For each receipt.")),
        *acts,
        *([median] if question.period.days <= MEDIAN_DAYS_MAX else []),
    ]


def _make_cells(
    question: Question, row: Mapping[str, Any], acts: Counts, before: Decimal | None
) -> dict[str, Any]:
    receipts = row["receipts"]
    compared, word = compare(row["total"], before)
    cells = {
        "receipts": receipts,
        "total": Decimal(row["total"]),
        "basket": find_basket(row, places=question.company.currency_places),
        "lines": per(row["line_count"], receipts),
        **compared,
        "word": word,
    }
    for act in ACTS:
        count = acts[act]
        cells[f"{act}_count"] = count
        cells[f"{act}_rate"] = percent(count, receipts)
    return cells


def _make_row(
    columns: Sequence[Column], cells: Mapping[str, Any], fields: Mapping[str, str]
) -> Row:
    links = link(fields, ("receipts", "total"))
    for act, kinds in ACTS.items():
        if len(kinds) == 1:
            links[f"{act}_count"] = {**fields, "what": kinds[0], "figure": "count"}
    word = cells["word"]
    return Row(keep(cells, columns), links, words={CHANGE: word} if word else {})


def _make_totals(
    question: Question,
    columns: Sequence[Column],
    sold: Sequence[Mapping[str, Any]],
    others: tuple[Any, Mapping[int, Counts], Mapping[int | None, Person]],
) -> Row | None:
    earlier, acts, people = others
    if not sold and not acts:
        return None
    was = None if earlier is None else Decimal(add(earlier, ("total",))["total"])
    together = {act: sum(counts[act] for counts in acts.values()) for act in ACTS}
    cells = _make_cells(question, add(sold, HOURS.values), together, was)
    cells["median"] = people[None].median
    return _make_row(columns, cells, narrow(question))


def _make_chart(question: Question, table: Table) -> Chart | None:
    """Return bars of the column that is shown: usually of sales."""
    if not table.rows:
        return None
    keys = {column.key for column in table.columns if column.form != Form.TEXT}
    shown = question.show if question.show in keys else "total"
    best = max(table.rows, key=lambda row: row.cells["total"])
    gist = _("Most was sold by %(name)s: %(total)s.") % {
        "name": best.cells["cashier"],
        "total": format_money(
            best.cells["total"], places=question.company.currency_places
        ),
    }
    title = "" if shown == "total" else table.find_column(shown).label
    return Chart(Shape.SIDEWAYS, table.key, "cashier", [shown], gist, title=title)


def _list_notes(question: Question) -> list[str]:
    notes = [_("Who is responsible for a receipt is the cashier who took the money.")]
    if question.period.days > MEDIAN_DAYS_MAX:
        notes.append(
            _("How long a sale takes is shown for %(days)d days at most.")
            % {"days": MEDIAN_DAYS_MAX}
        )
    return [*notes, *note_same_minute(question)]
