"""The tie: Z and X reports come to the report, also where a shift is of two days."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from pos.core.ids import uuid7
from sales.checkout.tenders import correct_tender
from sales.models import Sale, ShiftHour, ZReport
from sales.reports import tie as tie_module
from sales.reports.every import REPORTS
from sales.reports.tie import OF_REPORTS, TieFigure, make_tie, make_tie_of
from tests.support.factories import OutletFactory, ShiftFactory, TillFactory, make_sale
from tests.support.questions import ask, make_owner
from tests.support.shift_figures import (
    a_product,
    close,
    finalize,
    shift_at,
    taxed_shift,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

D = Decimal


def sell(shift, price: str, when: str, tenders=None) -> Sale:
    made = make_sale(shift, products=[a_product(shift, price)])
    at = datetime.fromisoformat(when).replace(tzinfo=UTC)
    finalize(made, shift, tenders=tenders, at=at)
    return Sale.objects.get(pk=made.pk)


def tie_of(shift, since: str, until: str = "", figure: str = "total"):
    company = shift.company
    return make_tie(ask(company, since, until, person=make_owner(company)), figure)


def another_shift(shift, **fields):
    outlet = fields.pop("outlet", shift.till.outlet)
    return ShiftFactory(
        till=TillFactory(outlet=outlet),
        business_date=shift.business_date,
        opened_at=shift.opened_at,
        **fields,
    )


@pytest.fixture
def midnight():
    """One shift: 5.00 before midnight on 31 March, 10.00 on 1 April; closed."""
    shift = shift_at("UTC")
    sell(shift, "5.00", "2026-03-31T23:59:59.999")
    sell(shift, "10.00", "2026-04-01T00:00")
    return close(shift)


def test_both_days_have_their_part_of_a_shift_over_midnight(midnight):
    z_report = ZReport.objects.get(shift=midnight)
    before, after = (tie_of(midnight, day) for day in ("2026-03-31", "2026-04-01"))
    both = tie_of(midnight, "2026-03-31", "2026-04-01")

    assert (before.sum, after.sum, both.sum) == (5, 10, 15)
    for tie in (before, after):
        [row] = tie.rows
        assert (row.number, row.whole) == (z_report.report_number, 15)
        assert row.is_part
        assert tie.difference == 0
    [whole] = both.rows
    assert not whole.is_part
    assert tie_of(midnight, "2026-04-02").rows == []


def test_what_is_open_is_an_x_report(midnight):
    opened = another_shift(midnight)
    sell(opened, "2.00", "2026-04-01T05:00")

    tie = tie_of(midnight, "2026-04-01")

    x_report, z_report = tie.rows
    assert (x_report.is_open, x_report.total, x_report.till) == (
        *(True, 2),
        opened.till.name,
    )
    assert (z_report.is_open, z_report.total) == (False, 10)
    assert (tie.sum, tie.reported) == (12, 12)


def test_tax_and_taken_are_compared_as_well():
    shift = taxed_shift()
    sale = sell(shift, "10.92", "2026-03-05T04:00", [cash(20)])
    second = sell(shift, "5.45", "2026-03-05T04:00", [card("5.45")])
    correct_tender(
        uid=uuid7(),
        tender=second.tenders.get(),
        kind="paynow",
        reference="7",
        reason="wrong key",
        actor=shift.cashier,
    )
    for _closed in (False, True):
        tax = tie_of(shift, "2026-03-05", figure="tax")
        taken = tie_of(shift, "2026-03-05", figure="taken")
        assert (tax.sum, tax.difference) == (D("1.35"), 0)
        assert (taken.sum, taken.difference) == (sale.due + D("5.45"), 0)
        assert sale.rounding
        if not _closed:
            close(shift)


def test_is_of_the_outlets_that_are_asked_for(midnight):
    other = OutletFactory(company=midnight.company)
    elsewhere = another_shift(midnight, outlet=other)
    sell(elsewhere, "3.00", "2026-04-01T05:00")
    close(elsewhere)
    owner = make_owner(midnight.company)

    question = ask(midnight.company, "2026-04-01", person=owner, outlet=other.code)

    assert make_tie(question, "total").sum == 3
    assert tie_of(midnight, "2026-04-01").sum == 13
    foreign = tie_of(shift_at("UTC"), "2026-04-01")
    assert (foreign.rows, foreign.sum) == ([], 0)


def test_earlier_reports_are_one_row_where_there_are_many(midnight, monkeypatch):
    monkeypatch.setattr(tie_module, "LISTED_MAX", 2)
    for price in ("1.00", "2.00", "3.00"):
        shift = another_shift(midnight)
        sell(shift, price, "2026-04-01T05:00")
        close(shift)

    tie = tie_of(midnight, "2026-04-01")

    assert len(tie.rows) == 2
    assert (tie.rest.count, tie.rest.total) == (2, 11)
    assert (tie.sum, tie.difference) == (16, 0)


def change(sql: str, *params: object) -> None:
    """Past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_shifthour DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE sales_shifthour ENABLE TRIGGER USER")


@pytest.mark.usefixtures("rolled_back")
class TestADifference:
    def test_of_a_wrong_roll_up_is_found_and_logged(self, caplog, rolled_back):
        shift = shift_at("UTC")
        sell(shift, "5.00", "2026-03-31T05:00")
        close(shift)
        change(
            "UPDATE sales_shifthour SET gross = gross + 1, net = net + 1"
            " WHERE shift_id = %s",
            shift.pk,
        )

        tie = tie_of(shift, "2026-03-31")

        assert (tie.sum, tie.reported, tie.difference) == (5, 6, -1)
        [record] = caplog.records
        assert record.levelno == logging.ERROR
        assert "reported=6.000 reports=5.000" in record.getMessage()
        page = draw(tie, shift)
        assert "come to 5.00, but this report says 6.00" in page
        assert 'role="alert"' in page

    def test_of_a_shift_that_was_left_out_is_found(self, rolled_back):
        shift = shift_at("UTC")
        sell(shift, "5.00", "2026-03-31T05:00")
        close(shift)
        change("DELETE FROM sales_shifthour WHERE shift_id = %s", shift.pk)

        tie = tie_of(shift, "2026-03-31")

        assert not ShiftHour.objects.filter(shift=shift).exists()
        assert (tie.sum, tie.reported) == (5, 0)

    def test_of_an_hour_with_too_little_is_found(self, rolled_back):
        shift = shift_at("UTC")
        sell(shift, "5.00", "2026-03-31T05:00")
        sell(shift, "7.00", "2026-03-31T06:00")
        close(shift)
        change(
            "UPDATE sales_shifthour SET gross = gross - 2, net = net - 2"
            " WHERE shift_id = %s AND hour = 5",
            shift.pk,
        )

        assert tie_of(shift, "2026-03-31").difference == 2


def draw(tie, shift) -> str:
    context = {"tie": tie, "company": shift.company, "perms": {}}
    return " ".join(render_to_string("reports/_tie.html", context).split())


def test_the_page_names_the_reports_and_their_parts(midnight):
    page = draw(tie_of(midnight, "2026-03-31"), midnight)

    number = ZReport.objects.get(shift=midnight).report_number
    assert number in page
    assert "part of 15.00" in page
    assert "The Z and X reports come to 5.00, as this report says." in page
    # The company is not registered: its pages do not speak of tax.
    assert "Tax" not in page


@pytest.mark.parametrize("figure", TieFigure)
def test_takes_three_statements_however_many_reports(midnight, figure):
    company = midnight.company
    owner = make_owner(company)
    for dates in (("2026-04-01", "2026-04-01"), ("2024-01-01", "2026-04-01")):
        question = ask(company, *dates, person=owner)
        with CaptureQueriesContext(connection) as queries:
            make_tie(question, figure)
        assert len(queries) == (2 if figure == TieFigure.TOTAL else 3)


@pytest.mark.parametrize("name", OF_REPORTS)
def test_a_report_is_compared_with_what_it_shows(name):
    shift = taxed_shift()
    sell(shift, "10.90", "2026-03-05T04:00")
    company = shift.company
    question = ask(company, "2026-03-05", person=make_owner(company))
    report = REPORTS[name].maker(question)
    totals = report.tables[0].totals
    column = OF_REPORTS[name][1]
    wrong = replace(totals, cells={**totals.cells, column: D(1)})
    shown = replace(report, tables=[replace(report.tables[0], totals=wrong)])

    assert make_tie_of(report, question).difference == 0
    assert make_tie_of(shown, question).reported == 1
    assert make_tie_of(shown, question).difference != 0


def test_a_report_without_sales_has_reports_that_come_to_nothing():
    shift = shift_at("UTC")
    company = shift.company
    question = ask(company, "2026-03-05", person=make_owner(company))

    tie = make_tie_of(REPORTS["days"].maker(question), question)

    assert (tie.sum, tie.difference) == (0, 0)
    assert make_tie_of(REPORTS["products"].maker(question), question) is None
