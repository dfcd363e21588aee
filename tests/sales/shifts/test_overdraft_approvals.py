"""Overdraft approvals: who agreed that more cash left than the drawer should hold."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from pos.models import Approval, AuditEntry
from pos.models.limits import LimitedAct
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment
from sales.checkout.tenders import correct_tender
from sales.refunds.with_receipt import refund_sale
from sales.shifts.cash_movements import CashMove, record_cash_movement
from tests.support.cashier import Cashier
from tests.support.factories import CompanyFactory, ShiftFactory, make_sale, make_shop
from tests.support.refunds import return_lines
from tests.support.tenders import cash, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    company = CompanyFactory(allows_cash_below_zero=True)
    return make_shop(company, staff={"cashier": {}, "supervisor": {}})


@pytest.fixture
def shift(shop):
    """With 100.00 expected."""
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


def test_cash_that_the_drawer_lacks_has_an_approval(shift, shop):
    supervisor = shop.staff["supervisor"]

    moved = record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("drop", Decimal(130), "To the safe"),
        actor=shop.staff["cashier"],
        approved_by=supervisor,
    )

    rows = {row.act: row for row in Approval.objects.filter(uid=moved.uid)}
    assert set(rows) == {LimitedAct.CASH_OUT, LimitedAct.OVERDRAFT}
    row = rows[LimitedAct.OVERDRAFT]
    assert (row.requested, row.limit_passed) == (130, 100)
    assert (row.reason, row.approved_by) == ("To the safe", supervisor)
    assert moved.approved_by == supervisor
    entry = AuditEntry.objects.get(act="drop")
    assert entry.content["facts"]["limits"] == "cash_out overdraft"


def test_who_overdraws_alone_has_none(shift, shop):
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("drop", Decimal(130), "To the safe"),
        actor=shop.staff["supervisor"],
    )

    assert not Approval.objects.exists()
    assert "limits" not in AuditEntry.objects.get(act="drop").content["facts"]


def test_a_refund_names_the_overdraft_among_its_limits(shift, shop):
    supervisor = shop.staff["supervisor"]
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    drain(shift, supervisor)

    refund_sale(
        uid=uuid7(),
        original=sale.uid,
        lines=return_lines(sale),
        reason="Too small",
        actor=shift.cashier,
        till=shift.till,
        approved_by=supervisor,
    )

    assert approvals() == [(LimitedAct.OVERDRAFT, 10, 0)]
    entry = AuditEntry.objects.get(act="sale_refunded")
    assert entry.content["facts"]["limits"] == "overdraft"


def drain(shift, supervisor):
    """Take all out of the drawer."""
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("drop", expected_cash(shift), "To the safe"),
        actor=supervisor,
    )


def approvals():
    rows = Approval.objects.order_by("act")
    return [(row.act, row.requested, row.limit_passed) for row in rows]


def test_a_part_payment_given_back_has_an_approval(shift, shop):
    supervisor = shop.staff["supervisor"]
    sale = make_sale(shift, lines=3)
    part = take_part(sale, cash(20))
    drain(shift, supervisor)

    given_back = give_back_part_payment(
        uid=uuid7(),
        sale_uid=sale.uid,
        part_uid=part.uid,
        actor=shift.cashier,
        till=shift.till,
        approved_by=supervisor,
    )

    assert approvals() == [(LimitedAct.OVERDRAFT, 20, 0)]
    assert Approval.objects.get().uid == given_back.uid
    entry = AuditEntry.objects.get(act="part_payment_given_back")
    assert entry.content["facts"]["limits"] == "overdraft"


def test_change_has_an_approval(shift, shop):
    supervisor = shop.staff["supervisor"]
    basket = Cashier(shift, uid=make_sale(shift, lines=3).uid)
    take_part(basket.sale, cash(20))
    drain(shift, supervisor)
    for line in basket.lines[1:]:
        basket.do("remove", line=str(line.uid))

    for _ in range(2):
        finalize_sale(
            uid=basket.uid,
            tenders=[],
            actor=shift.cashier,
            till=shift.till,
            approved_by=supervisor,
        )

    assert approvals() == [(LimitedAct.OVERDRAFT, 10, 0)]
    assert Approval.objects.get().uid == basket.uid


def test_a_correction_has_both_approvals(shift, shop):
    supervisor = shop.staff["supervisor"]
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    drain(shift, supervisor)

    correction = correct_tender(
        uid=uuid7(),
        tender=sale.tenders.get(),
        kind="card",
        reference="",
        reason="Wrong button",
        actor=shift.cashier,
        approved_by=supervisor,
    )

    assert approvals() == [
        (LimitedAct.CORRECTION, 10, 0),
        (LimitedAct.OVERDRAFT, 10, 0),
    ]
    assert set(Approval.objects.values_list("uid", flat=True)) == {correction.uid}
    assert correction.approved_by == supervisor
    entry = AuditEntry.objects.get(act="tender_corrected")
    assert entry.content["facts"]["limits"] == "correction overdraft"
