"""Questions in tests: what a person asks of the figures, and what the answer is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pos.models import Company, StaffMember
from pos.models.staff import USES_EVERY_OUTLET
from sales.models import Sale, Shift
from sales.reports.question import Question, read_question
from sales.reports.report import Report
from sales.reports.table import Row
from tests.support.factories import StaffMemberFactory, make_sale
from tests.support.shift_figures import a_product, finalize


def ask(
    company: Company,
    since: str = "2026-01-01",
    until: str = "",
    *,
    person: StaffMember | None = None,
    **query: str,
) -> Question:
    """What somebody who uses every outlet asks from one date to another."""
    dates = {"from": since, "to": until or since}
    return read_question(
        {**dates, **query},
        company=company,
        person=person or make_reader(company),
    )


def make_reader(company: Company) -> StaffMember:
    """A person who sees every outlet that there is now, but no margin."""
    may = ("sales.view_reports", "sales.view_staff_figures", USES_EVERY_OUTLET)
    return StaffMemberFactory(company=company, may=may)


def make_owner(company: Company) -> StaffMember:
    """A person who sees everything."""
    return StaffMemberFactory(company=company, is_superuser=True)


def cells(report: Report, *keys: str, table: int = 0) -> list[tuple[Any, ...]]:
    """The cells of these columns, row by row."""
    return [pick(row, keys) for row in report.tables[table].rows]


def totals(report: Report, *keys: str, table: int = 0) -> tuple[Any, ...]:
    row = report.tables[table].totals
    assert row is not None
    return pick(row, keys)


def pick(row: Row, keys: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row.cells[key] for key in keys)


def keys_of(report: Report, table: int = 0) -> list[str]:
    return [column.key for column in report.tables[table].columns]


def sell_at(shift: Shift, price: str, at: str, **fields: Any) -> Sale:
    """Sell one product at a moment: ``2026-03-05T04:00Z``; by card."""
    sale = make_sale(shift, products=[a_product(shift, price, **fields)])
    finalize(sale, shift, at=datetime.fromisoformat(at))
    return Sale.objects.get(pk=sale.pk)


def trade_over(shift: Shift, *days: str) -> None:
    """Sell something for 10.00 on each of these days, at noon in Singapore."""
    for day in days:
        sell_at(shift, "10.00", f"{day}T04:00Z")
