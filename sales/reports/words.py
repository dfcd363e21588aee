"""Words: the columns that reports share, each one sum everywhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sales.models.line import translate_reason
from sales.reports.changes import Change
from sales.reports.margin import margin_of, margin_rate_of
from sales.reports.question import Question
from sales.reports.table import Column, Form

BEFORE, CHANGE = "total_before", "total_change"


def total_column() -> Column:
    return Column(
        "total",
        _("Sales"),
        Form.MONEY,
        _("Gross less discounts and points, less refunds: as on the Z report."),
        is_headline=True,
    )


def total_columns(question: Question) -> list[Column]:
    """Return sales, and where they are compared what they were and how they changed."""
    if question.earlier is None:
        return [total_column()]
    return [
        total_column(),
        Column(BEFORE, _("Before"), Form.MONEY, _("Sales of the dates before.")),
        Column(CHANGE, _("Change"), Form.PERCENT, _("Of what sales were before.")),
    ]


def compare(now: Decimal, before: Decimal | None) -> tuple[dict[str, Any], str]:
    """Return the cells of a comparison, and the word for a change from nothing."""
    if before is None:
        return {}, ""
    change = Change(Decimal(now), Decimal(before))
    word = _("new") if change.is_new else ""
    return {BEFORE: change.before, CHANGE: change.percent}, word


def net_columns(question: Question) -> list[Column]:
    if not question.charges_tax:
        return []
    label = _("Net")
    return [Column("net", label, Form.MONEY, _("Sales without tax."))]


def tax_columns(question: Question) -> list[Column]:
    if not question.charges_tax:
        return []
    return [Column("tax", question.company.tax_name, Form.MONEY)]


def margin_columns(question: Question, *, with_cost: bool = False) -> list[Column]:
    """Return the margin and what is no part of it, where the person may see them."""
    if not question.sees_margin:
        return []
    costs = [
        Column("cost", _("Cost"), Form.MONEY, _("Of what has a cost, when sold.")),
    ]
    help_text = _("Less cost, of what has a known cost.")
    if question.charges_tax:
        help_text = _("Net less cost, of what has a known cost.")
    margins = [
        Column("margin", _("Margin"), Form.MONEY, help_text),
        Column("margin_rate", _("Margin %"), Form.PERCENT, help_text),
    ]
    uncosted = Column(
        "uncosted",
        _("Without a cost"),
        Form.MONEY,
        _("Sold without a known cost: no part of the margin."),
    )
    return [*costs, *margins, uncosted] if with_cost else [margins[0], uncosted]


def margin_cells(row: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Return the cells of ``margin_columns``, from ``net``, ``cost``, ``uncosted``."""
    margin = margin_of(row)
    return {
        "cost": None if margin is None else Decimal(row["cost"]),
        "margin": margin,
        "margin_rate": margin_rate_of(row),
        "uncosted": Decimal(row["uncosted"]),
    }


def share_column() -> Column:
    return Column("share", _("Share"), Form.PERCENT, _("Of all sales."))


def keep(cells: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Return the cells that have a column: nobody is handed what is not shown."""
    return {column.key: cells.get(column.key) for column in columns}


def note_same_minute(question: Question) -> list[str]:
    """Return the note that what is before ends where what is shown ends so far."""
    if not question.is_running or question.earlier is None:
        return []
    return [_("What is before is up to the same minute of its last day.")]


def basket_column() -> Column:
    """A column of ``find_basket``."""
    return Column(
        "basket",
        _("Basket"),
        Form.MONEY,
        _("Gross less discounts and points, for each receipt."),
    )


def write_day(day: date, *, this_year: int) -> str:
    """Return a date with its weekday, and with its year where it is not this one."""
    if day.year == this_year:
        return date_format(day, pgettext("date format of this year", "D j M"))
    return date_format(day, pgettext("date format with weekday", "D j M Y"))


def name_reason(reason: str) -> str:
    """Return the reason that was given, or that there is none."""
    return translate_reason(reason) or _("no reason")
