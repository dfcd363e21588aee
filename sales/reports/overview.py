"""Overview: how a day, a week or a month goes, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from pos.models import Outlet
from sales.reports.adding import add, group, take_off
from sales.reports.attention import Concern, find_concerns
from sales.reports.changes import Change
from sales.reports.earlier import read_earlier, read_later
from sales.reports.links import link, narrow
from sales.reports.overview_tables import (
    find_best,
    make_products,
    make_staff,
    make_tenders,
)
from sales.reports.overview_times import make_times
from sales.reports.question import Question
from sales.reports.rates import find_basket
from sales.reports.reading import HOURS, PRODUCTS, TENDERS, read
from sales.reports.report import Report
from sales.reports.table import Filter, Form, Table

# What the page names: products, people, and the shifts that are open now, with all that
# each has sold, whatever the dates of the page.
_NAMES = """
    SELECT 'product' AS kind, id, uid, name, second_name, '' AS till,
           NULL::timestamptz AS opened_at, NULL::bigint AS outlet_id,
           NULL::numeric AS total
    FROM pos_product WHERE company_id = %(company)s AND id = ANY (%(products)s)
    UNION ALL
    SELECT 'person', id, uid, name, '', '', NULL, NULL, NULL
    FROM pos_staffmember
    WHERE company_id = %(company)s AND id = ANY (%(people)s)
    UNION ALL
    (SELECT 'shift', shift.id, shift.uid, person.name, '', till.name,
            shift.opened_at, till.outlet_id,
            (SELECT coalesce(sum(sale.total), 0) FROM sales_sale sale
             WHERE sale.shift_id = shift.id AND sale.status = 'finalized')
     FROM sales_shift shift
     JOIN pos_till till ON till.id = shift.till_id
     JOIN pos_staffmember person ON person.id = shift.cashier_id
     WHERE shift.company_id = %(company)s AND shift.closed_at IS NULL
         AND till.outlet_id = ANY (%(outlets)s)
     ORDER BY shift.opened_at)
"""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the five. ``hint`` is in place of a change where none is compared."""

    key: str
    label: str
    value: Decimal | int | None
    form: Form
    change: Change | None = None
    hint: str = ""
    link: Filter | None = None
    # More of it is no good news.
    is_unwelcome: bool = False


@dataclass(frozen=True, slots=True)
class OpenShift:
    """``till`` and ``cashier`` are names; ``total`` is what was sold until now.

    Who may not see figures of staff members is not handed the cashier's name.
    """

    till: str
    cashier: str
    opened_at: datetime
    outlet: Outlet
    total: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows; each ``Report`` is a table with its chart.

    ``shifts`` are those that are open; None where the dates are not of now.
    """

    figures: Sequence[KeyFigure]
    times: Report
    tenders: Report
    products: Table
    staff: Table | None
    shifts: Sequence[OpenShift] | None
    concerns: Sequence[Concern]

    @property
    def is_empty(self) -> bool:
        return not self.times.tables[0].rows


def make_overview(question: Question) -> Overview:
    """Return the overview, of one moment: inside ``snapshot()``. Nine statements."""
    is_day = question.period.days == 1
    time = "hour" if is_day else "business_date"
    sold = read(HOURS, question.scope, by=(time, "cashier_id"))
    before, then = _read_before(question, time)
    tenders = read(TENDERS, question.scope, by=("kind",))
    best, rest = find_best(read(PRODUCTS, question.scope, by=("product_id",)))
    cashiers = group(sold, lambda row: row["cashier_id"], HOURS.values)
    products, people, shifts = _read_names(
        question, [row["product_id"] for row in best], list(cashiers)
    )
    has_sold = bool(sold)
    staff = None
    if question.sees_staff:
        staff = make_staff(question, cashiers, people)
    return Overview(
        figures=_make_figures(question, add(sold, HOURS.values), then),
        times=make_times(question, sold, before, is_day=is_day),
        tenders=make_tenders(question, tenders),
        products=make_products(question, best, rest, products),
        staff=staff if has_sold else None,
        shifts=shifts if question.is_running else None,
        concerns=find_concerns(question, shifts),
    )


# --- the five figures --------------------------------------------------------


def _make_figures(
    question: Question, now: Mapping[str, Any], then: Mapping[str, Any] | None
) -> list[KeyFigure]:
    places = question.company.currency_places
    tax_name = question.company.tax_name

    def compare(key: str) -> Change | None:
        return None if then is None else Change(Decimal(now[key]), Decimal(then[key]))

    def open_receipts(figure: str) -> Filter:
        return link(narrow(question), [figure])[figure]

    basket = find_basket(now, places=places)
    was = None if then is None else find_basket(then, places=places)
    included = _("Sales, %(tax)s included") % {"tax": tax_name}
    second = KeyFigure(
        "net",
        _("Sales before %(tax)s") % {"tax": tax_name},
        now["net"],
        Form.MONEY,
        hint=f"{tax_name} {_plain_money(now['tax'], places)}",
        link=open_receipts("net"),
    )
    if not question.charges_tax:
        included = _("Sales")
        second = KeyFigure(
            "discounts", _("Discounts"), now["discounts"], Form.MONEY,
            compare("discounts"), link=open_receipts("discounts"), is_unwelcome=True,
        )  # fmt: skip
    return [
        KeyFigure(
            "total", included, now["total"], Form.MONEY, compare("total"),
            link=open_receipts("total"),
        ),
        second,
        KeyFigure(
            "receipts", _("Receipts"), now["receipts"], Form.COUNT,
            compare("receipts"), link=open_receipts("receipts"),
        ),
        KeyFigure(
            "basket", _("Average basket"), basket, Form.MONEY,
            Change(basket, was) if basket is not None and was is not None else None,
        ),
        KeyFigure(
            "refunds", _("Refunds"), now["refunds"], Form.MONEY,
            _turn(compare("refunds")),
            link=open_receipts("refunds"), is_unwelcome=True,
        ),
    ]  # fmt: skip


def _turn(change: Change | None) -> Change | None:
    """Return the change of what is below zero as one of how much it is."""
    return Change(-change.now, -change.before) if change else None


def _read_before(
    question: Question, time: str
) -> tuple[list[dict[str, Any]] | None, Mapping[str, Any] | None]:
    """Return the rows to compare with, and what they come to at this minute.

    Hours are of the whole day before, since those to come are of interest as well. Of a
    day that still runs what is before is up to this minute, as in sales by day.
    """
    if question.earlier is None:
        return None, None
    if time != "hour":
        rows = read_earlier(question, HOURS, by=(time,)) or []
        return rows, add(rows, HOURS.values)
    rows = read(HOURS, question.earlier, by=(time,))
    whole = add(rows, HOURS.values)
    if not question.is_running or not question.chosen:
        return rows, whole
    later = read_later(question, HOURS, ())
    return rows, take_off([whole], later, by=(), values=HOURS.values)[0]


def _plain_money(value: Decimal, places: int) -> str:
    return f"{Decimal(value):,.{places}f}"


def _read_names(
    question: Question,
    products: Sequence[int],
    people: Sequence[int],
) -> tuple[Mapping[int, Any], Mapping[int, Any], list[OpenShift]]:
    """Return products and people by their keys, and the shifts that are open."""
    outlets = {outlet.pk: outlet for outlet in question.chosen}
    params: dict[str, Any] = {
        "company": question.company.pk,
        "products": list(products),
        "people": list(people),
        "outlets": list(outlets),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, params)
        assert cursor.description is not None
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    shifts = [
        OpenShift(
            till=row["till"],
            cashier=row["name"] if question.sees_staff else "",
            opened_at=row["opened_at"],
            outlet=outlets[row["outlet_id"]],
            total=row["total"],
        )
        for row in rows
        if row["kind"] == "shift"
    ]
    by_kind = {
        kind: {row["id"]: row for row in rows if row["kind"] == kind}
        for kind in ("product", "person")
    }
    return by_kind["product"], by_kind["person"], shifts
