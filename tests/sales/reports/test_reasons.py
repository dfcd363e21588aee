"""Reasons: what was done, why, how often, and by how many people."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.access.permission import APPROVALS
from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.reports.days import report_days
from sales.reports.reasons import report_reasons
from sales.reports.tie import make_tie
from sales.shifts.cash_movements import CashMove, record_cash_movement
from tests.support.cashier import Cashier
from tests.support.factories import StaffMemberFactory, make_sale
from tests.support.questions import ask, cells
from tests.support.shift_figures import a_product, close, shift_at

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore")


def today(shift) -> str:
    return str(shift.till.outlet.business_date(datetime.now(UTC)))


def give_up(shift, reason: str, *, lines: int = 1, actor=None) -> None:
    sale = make_sale(shift, lines=lines)
    void_sale(uid=sale.uid, reason=reason, actor=actor or shift.cashier)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_void_is_there_with_what_it_came_to(shift, is_closed):
    """Edge case 15."""
    day = today(shift)
    give_up(shift, "Left", lines=4)
    if is_closed:
        close(shift)

    report = report_reasons(ask(shift.company, day))

    assert cells(report, "what", "count", "amount", "persons") == [("Void", 1, 40, 1)]
    assert report.chart.gist == "Most often: Void, 1 time."


def test_each_reason_has_a_row_under_what_was_done(shift):
    other = StaffMemberFactory(company=shift.company)
    give_up(shift, "Left")
    give_up(shift, "Left", actor=other)
    give_up(shift, "No money")
    for uid, amount in ((uuid7(), "-5"), (uuid7(), "-7")):
        record_cash_movement(
            uid=uid,
            till=shift.till,
            move=CashMove("pay_out", D(amount).copy_abs(), "Milk"),
            actor=shift.cashier,
        )

    report = report_reasons(ask(shift.company, today(shift)))

    assert cells(report, "what", "count", "amount", "persons") == [
        ("Cash out", 2, -12, 1),
        ("Void", 3, 30, 2),
    ]
    assert cells(report, "what", "reason", "count", "amount", "persons", table=1) == [
        ("Cash out", "Milk", 2, -12, 1),
        ("Void", "Left", 2, 20, 2),
        ("Void", "No money", 1, 10, 1),
    ]
    assert all(table.totals is None for table in report.tables)
    assert report.chart is not None
    assert report.chart.gist == "Most often: Void, 3 times."


def test_a_discount_of_everything_is_there(shift):
    """Edge case 34."""
    product = a_product(shift, "8.00", cost=D(3))
    basket = Cashier(shift)
    basket.scan(product.sku)
    basket.do("discount_sale", percent="100", reason="Gift")
    finalize_sale(uid=basket.uid, tenders=[], actor=shift.cashier)

    report = report_reasons(ask(shift.company, today(shift)))

    assert cells(report, "what", "reason", "count", "amount", table=1) == [
        ("Discount of a sale", "Gift", 1, 8)
    ]


def test_an_opened_drawer_has_no_amount(shift):
    approver = StaffMemberFactory(company=shift.company, may=APPROVALS)
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("no_sale", D(0), "Change"),
        actor=shift.cashier,
        approved_by=approver,
    )

    report = report_reasons(ask(shift.company, today(shift)))

    assert cells(report, "count", "amount") == [(1, None)]
    assert "amount" not in report.tables[0].rows[0].links


def test_a_cell_opens_what_was_done_for_that_reason(shift):
    give_up(shift, "Left")
    day = today(shift)

    report = report_reasons(ask(shift.company, day))

    assert report.tables[0].rows[0].links["amount"] == {
        "from": day,
        "to": day,
        "what": "void",
        "figure": "amount",
    }
    assert report.tables[1].rows[0].links["count"]["reason"] == "Left"


@pytest.mark.parametrize(
    ("counted", "differences"), [("100.00", []), ("101.00", [("Variance", 1, 1)])]
)
def test_a_shift_without_a_sale_has_only_its_difference(shift, counted, differences):
    """Edge case 27: counted right, there is nothing to say."""
    day = today(shift)
    close(shift, counted=D(counted), variance_reason="Found under the tray")

    question = ask(shift.company, day)
    report = report_reasons(question)

    assert cells(report, "what", "count", "amount") == differences
    assert report.is_empty is not bool(differences)
    assert report_days(question).is_empty
    assert make_tie(question, "total").rows == []
