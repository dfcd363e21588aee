"""Every report: its statements, its sums, whose outlets it has, one moment."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.models import StaffMember
from sales.models import Shift
from sales.reports.every import REPORTS
from sales.reports.overview import make_overview
from sales.reports.reading import snapshot
from sales.reports.receipt_filter import read_filter
from sales.reports.receipts import find_receipts
from sales.reports.report import Report
from sales.reports.table import Form
from tests.support.factories import (
    CustomerFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.questions import ask, make_owner, totals
from tests.support.refunds import make_refund
from tests.support.shift_figures import close, finalize, shift_at, taxed_shift

pytestmark = pytest.mark.django_db

D = Decimal
NAMES = (
    *("days", "hours", "products", "categories", "staff", "tenders", "taxes"),
    *("reasons", "refunds", "customers", "stock"),
)
# What each asks the database, without and with something to compare, and where that
# runs still. The page has what a session takes besides.
STATEMENTS = {
    "days": (1, 2, 3),
    "hours": (1, 1, 1),
    "products": (2, 3, 4),
    "categories": (2, 3, 4),
    "staff": (3, 4, 5),
    "tenders": (3, 3, 3),
    "taxes": (1, 1, 1),
    "reasons": (1, 1, 1),
    "refunds": (2, 2, 2),
    "customers": (1, 1, 1),
    "stock": (2, 2, 2),
}
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


def make(name: str, question) -> Report:
    return REPORTS[name].maker(question)


def trade(shift: Shift, price: str = "10.00") -> None:
    """A sale to a customer, one to nobody, and a refund, on the 5th of March."""
    product = ProductFactory(company=shift.company, price=D(price), cost=D(4))
    customer = CustomerFactory(company=shift.company)
    for buyer in (customer, None):
        sale = make_sale(shift, products=[product], quantity=2, customer=buyer)
        finalize(sale, shift, at=NOON)
        sale.refresh_from_db()
    make_refund(sale, 1, shift=shift, at=NOON)


def bound_to(company, *outlets) -> StaffMember:
    return StaffMemberFactory(
        company=company, may=("sales.view_sale",), outlets=list(outlets)
    )


def figures(report: Report) -> list[Any]:
    return [
        (table.key, [row.cells for row in table.rows], table.totals)
        for table in report.tables
    ]


def test_the_menu_has_every_report_in_order():
    assert tuple(REPORTS) == NAMES
    assert [
        name for name in NAMES if REPORTS[name].permission.endswith("staff_figures")
    ] == ["staff"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", NAMES)
def test_a_report_asks_as_much_of_a_day_at_one_till_as_of_years_at_many(name):
    one = taxed_shift()
    trade(one)
    many = taxed_shift()
    outlets = [OutletFactory(company=many.company) for _ in range(3)]
    tills = [TillFactory(outlet=outlet) for outlet in outlets for _ in range(3)]
    for place, till in enumerate(tills):
        shift = ShiftFactory(
            till=till,
            business_date=date(2026, 1, 1),
            opened_at=datetime(2026, 1, 1, 6, tzinfo=UTC),
        )
        trade(shift)
        if place % 2:
            close(shift)

    def count(company, since: str, until: str, compare: str, *, runs: bool) -> int:
        question = ask(
            company, since, until, person=make_owner(company), compare=compare
        )
        if runs:
            question = replace(question, now=NOON, today=date(2026, 3, 5))
        assert question.sees_margin
        with CaptureQueriesContext(connection) as queries:
            make(name, question)
        return len(queries)

    for place, (compare, runs) in enumerate(
        (("none", False), ("year", False), ("year", True))
    ):
        day = count(one.company, "2026-03-05", "2026-03-05", compare, runs=runs)
        years = count(many.company, "2024-01-01", "2026-11-01", compare, runs=runs)
        assert day == years == STATEMENTS[name][place]


@pytest.mark.parametrize("name", NAMES)
def test_a_person_sees_their_outlets_and_no_other_companys(name):
    mine = taxed_shift()
    trade(mine)
    person = bound_to(mine.company, mine.till.outlet)
    day = "2026-03-05"
    alone = figures(make(name, ask(mine.company, day, person=person)))

    beside = shift_at(company=mine.company)
    trade(beside, "77.00")
    foreign = taxed_shift()
    trade(foreign, "55.00")
    seen = make(name, ask(mine.company, day, person=person))
    asked = ask(mine.company, day, person=person, outlet=beside.till.outlet.code)
    there = make(name, ask(mine.company, day, person=make_owner(mine.company)))

    assert alone[0][1]
    assert figures(seen) == alone
    assert figures(make(name, asked)) == alone  # as if not given
    assert figures(there) != alone


@pytest.mark.parametrize("name", NAMES)
def test_who_sees_no_outlet_sees_nothing(name):
    shift = taxed_shift()
    trade(shift)
    person = bound_to(shift.company)

    report = make(name, ask(shift.company, "2026-03-05", person=person, compare="week"))

    assert report.is_empty


@pytest.mark.parametrize("is_closed", [False, True])
def test_every_report_comes_to_the_same_total(is_closed):
    """One word, one sum."""
    shift = taxed_shift()
    trade(shift)
    other = shift_at(company=shift.company)
    trade(other, "33.30")
    if is_closed:
        close(shift)
    question = ask(shift.company, "2026-03-05")

    found = {
        name: totals(make(name, question), "total")[0]
        for name in ("days", "products", "categories", "staff", "tenders", "customers")
    }
    found["hours"] = totals(make("hours", question), "total", table=1)[0]
    found["taxes"] = totals(make("taxes", question), "total")[0]

    assert set(found.values()) == {3 * D("43.30")}
    refunds = totals(make("refunds", question), "total")[0]
    assert refunds == totals(make("days", question), "refunds")[0] == D("-43.30")


def test_rows_come_to_their_totals():
    shift = taxed_shift()
    for price in ("10.00", "33.30"):
        trade(shift, price)
    question = ask(shift.company, "2026-03-05", person=make_owner(shift.company))

    checked = 0
    for name in NAMES:
        for table in make(name, question).tables:
            for column in table.columns:
                if column.form != Form.MONEY or table.totals is None:
                    continue
                if column.key in {"basket", "mean", "cost"}:
                    continue
                values = [row.cells.get(column.key) or 0 for row in table.rows]
                assert sum(values) == (table.totals.cells.get(column.key) or 0), (
                    name,
                    column.key,
                )
                checked += 1
    assert checked > 30


def test_every_cell_has_a_column_and_every_link_a_figure():
    shift = taxed_shift()
    trade(shift)
    for person in (make_owner(shift.company), None):
        question = ask(shift.company, "2026-03-05", person=person, compare="week")
        for name in NAMES:
            for table in make(name, question).tables:
                keys = {column.key for column in table.columns}
                assert len(keys) == len(table.columns)
                for row in _rows(table):
                    assert {*row.cells} <= keys, name
                    assert {*row.links} <= keys, name
                    assert all(fields["figure"] for fields in row.links.values())


def test_every_figure_of_the_overview_is_what_it_opens():
    shift = taxed_shift()
    trade(shift)
    trade(shift, "33.30")
    owner = make_owner(shift.company)
    opened: Counter[str] = Counter()
    for until in ("2026-03-05", "2026-03-06"):
        question = ask(shift.company, "2026-03-05", until, person=owner, compare="week")
        with snapshot():
            made = make_overview(question)
        tables = [made.times.tables[0], made.tenders.tables[0], made.products]
        shown = [
            *((figure.key, figure.link, figure.value) for figure in made.figures),
            *(
                (f"{table.key}.{key}", link, row.cells[key])
                for table in [*tables, made.staff]
                for row in _rows(table)
                for key, link in row.links.items()
            ),
        ]
        for name, link, value in shown:
            if link is None:
                continue
            seen = ask(shift.company, link["from"], link["to"], person=owner)
            chosen = read_filter(
                link, company=shift.company, sees_margin=True, sees_staff=True
            )
            found = find_receipts(seen, chosen)
            assert not chosen.notes
            assert found.summed == found.reported == value, (name, link)
            opened[name.partition(".")[0]] += 1

    assert {"total", "refunds", "times", "tenders", "products", "staff"} <= {*opened}


def _rows(table) -> Sequence[Any]:
    return [*table.rows, *([table.totals] if table.totals else [])]


def test_charts_draw_columns_of_tables_that_there_are():
    shift = taxed_shift()
    trade(shift)
    question = ask(
        shift.company, "2026-03-05", person=make_owner(shift.company), compare="week"
    )
    without = []
    for name in NAMES:
        report = make(name, question)
        if report.chart is None:
            without.append(name)
            continue
        [table] = [one for one in report.tables if one.key == report.chart.table]
        keys = {column.key for column in table.columns}
        drawn = {report.chart.label, *report.chart.series} | {
            key for key in (report.chart.before,) if key
        }
        assert drawn <= keys, name
        assert report.chart.gist
    assert without == ["refunds", "customers"]


@pytest.mark.django_db(transaction=True)
def test_a_till_that_closes_meanwhile_changes_nothing():
    """Edge case 18: totals as before it, to the cent."""
    shift = taxed_shift()
    trade(shift)
    question = ask(shift.company, "2026-03-05")
    names = ("days", "products", "staff", "tenders", "taxes")

    def close_alone() -> None:
        try:
            close(Shift.objects.get(pk=shift.pk))
        finally:
            connection.close()

    with snapshot():
        before = [figures(make(name, question)) for name in names]
        thread = threading.Thread(target=close_alone)
        thread.start()
        thread.join()
        meanwhile = [figures(make(name, question)) for name in names]

    assert not Shift.objects.get(pk=shift.pk).is_open
    assert meanwhile == before
    assert [figures(make(name, question)) for name in names] == before


@pytest.mark.django_db(transaction=True)
def test_a_report_alone_opens_its_own_moment():
    shift = taxed_shift()
    trade(shift)
    question = ask(shift.company, "2026-03-05")

    with CaptureQueriesContext(connection) as queries:
        make("days", question)

    texts = [query["sql"] for query in queries]
    assert any("REPEATABLE READ, READ ONLY" in text for text in texts)
    assert not connection.in_atomic_block
