"""Corrections to and from cash: approved, and paid back in the more careful way."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.core.ids import uuid7
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import correct_tender
from sales.models import TenderCorrection
from sales.refunds.preview import preview_return
from sales.refunds.request import RefundRequest
from sales.refunds.rows import find_original
from tests.sales.checkout.test_tenders import AT, correct, paid, pending
from tests.support.books import assert_no_writes
from tests.support.factories import ShiftFactory, StaffMemberFactory
from tests.support.refunds import (
    list_tenders,
    make_refund,
    pay_back,
    return_lines,
    sell_products,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    """With a supervisor, who agrees that money was cash, or was not."""
    shift = ShiftFactory()
    may = ["sales.approve_refund"]
    StaffMemberFactory(company=shift.company, username="supervisor", may=may)
    return shift


@pytest.mark.parametrize(
    ("given", "kind"),
    [(card(10), "cash"), (cash(10), "card"), (pending(), "cash")],
)
def test_to_or_from_cash_somebody_approves_it(shift, given, kind):
    tender = paid(shift, given).tenders.get()
    colleague = StaffMemberFactory(company=shift.company)
    refusals = ((None, ApprovalNeededError), (colleague, ApproverMayNotError))
    for approver, refusal in refusals:
        with assert_no_writes(), pytest.raises(refusal):
            correct(tender, kind, approved_by=approver)

    correction = correct(tender, kind)

    assert correction.approved_by.username == "supervisor"
    with pytest.raises(IntegrityError, match="nobody approved"):
        TenderCorrection.objects.create(
            company=shift.company,
            tender=tender,
            shift=shift,
            kind_before=kind,
            kind_after=tender.kind,
            amount=10,
            reason="by hand",
            staff_member=shift.cashier,
            corrected_at=AT,
        )


def test_between_others_nobody_has_to(shift):
    tender = paid(shift, card(10)).tenders.get()

    assert correct(tender, "paynow", approved_by=None).approved_by is None


@pytest.mark.parametrize(
    ("chain", "careful"),
    [
        ("card cash", "card"),
        ("cash card", "card"),
        ("card paynow cash", "card"),
        ("paynow cash card", "card"),
        ("cash card cash", "cash"),
    ],
)
def test_a_corrected_tender_goes_back_in_the_more_careful_way(shift, chain, careful):
    """A cashier alone cannot turn a card payment into cash."""
    paid, *kinds = chain.split()
    sale = sell_products(shift, tenders=[TenderInput(paid, Decimal(10))])
    supervisor = shift.company.staff.get(username="supervisor")
    for kind in kinds:
        correct_tender(
            uid=uuid7(),
            tender=sale.tenders.get(),
            kind=kind,
            reference="",
            reason="wrong key",
            actor=shift.cashier,
            approved_by=supervisor,
        )
    in_cash = pay_back(("cash", None))
    original = find_original(sale.uid, company_id=shift.company.pk)
    preview = preview_return(
        RefundRequest(shift.cashier, shift.till, return_lines(sale), in_cash), original
    )
    assert preview.plan.needs_approval == (careful != "cash")
    if careful != "cash":
        with pytest.raises(ApprovalNeededError):
            make_refund(sale, shift=shift, refund_tenders=in_cash)

    assert list_tenders(make_refund(sale, shift=shift)) == [(careful, -10)]
