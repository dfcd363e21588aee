"""Print limits: how many copies of a receipt a person prints alone."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from pos.access.errors import (
    ApproverLimitError,
    ApproverMayNotError,
    LimitPassedError,
)
from pos.core.errors import DifferentRepeatError
from pos.core.ids import uuid7
from pos.models import Approval, AuditEntry, Limit
from pos.models.limits import LimitedAct
from sales.checkout.finalize import finalize_sale
from sales.models import ReceiptPrint
from sales.receipts.prints import record_print
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_behind
from tests.support.factories import ShiftFactory, make_sale, make_shop
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return make_shop(staff={"cashier": {}, "supervisor": {}})


@pytest.fixture
def supervisor(shop):
    return shop.staff["supervisor"]


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def later(monkeypatch):
    """As if the first minute were over."""
    monkeypatch.setattr("sales.receipts.prints.FIRST_ANSWER", timedelta(hours=-1))


def finalized(shift):
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    return sale


@pytest.fixture
def sale(shift):
    """Printed, and copied once: as far as a cashier goes alone."""
    sale = finalized(shift)
    for copy_number in (0, 1):
        printed = record_print(sale_uid=sale.uid, actor=sale.cashier)
        assert (printed.copy_number, printed.approved_by) == (copy_number, None)
    return sale


def test_another_copy_is_refused_and_nothing_written(sale):
    with (
        assert_no_writes(),
        pytest.raises(LimitPassedError, match="2 is above your limit of 1"),
    ):
        record_print(sale_uid=sale.uid, actor=sale.cashier)


def test_a_refused_try_is_in_the_trail(sale):
    with pytest.raises(LimitPassedError):
        record_print(sale_uid=sale.uid, actor=sale.cashier)

    entry = AuditEntry.objects.filter(act="refused").get()
    assert entry.content["facts"]["limit"] == LimitedAct.REPRINT


def test_somebody_agrees_to_this_copy(sale, supervisor):
    uid = uuid7()
    for _ in range(2):
        printed = record_print(
            sale_uid=sale.uid, actor=sale.cashier, approved_by=supervisor, uid=uid
        )

    assert (printed.copy_number, printed.approved_by) == (2, supervisor)
    row = Approval.objects.get()
    assert (row.act, row.uid) == (LimitedAct.REPRINT, uid)
    assert (row.requested, row.limit_passed) == (2, 1)
    assert ReceiptPrint.objects.count() == 3
    entry = AuditEntry.objects.filter(act="receipt_reprinted").latest("id")
    assert entry.approved_by == supervisor


def test_one_approval_is_of_one_copy(sale, supervisor):
    record_print(sale_uid=sale.uid, actor=sale.cashier, approved_by=supervisor)

    with assert_no_writes(), pytest.raises(LimitPassedError):
        record_print(sale_uid=sale.uid, actor=sale.cashier)


def test_nobody_agrees_to_their_own(sale):
    with assert_no_writes(), pytest.raises(ApproverMayNotError):
        record_print(sale_uid=sale.uid, actor=sale.cashier, approved_by=sale.cashier)


def test_the_id_of_another_receipts_print_is_refused(sale, shift, supervisor):
    other, uid = finalized(shift), uuid7()
    record_print(sale_uid=other.uid, actor=sale.cashier, uid=uid)

    with assert_no_writes(), pytest.raises(DifferentRepeatError):
        record_print(sale_uid=sale.uid, actor=supervisor, uid=uid)


def test_the_original_asked_for_later_is_a_copy(shift, later):
    sale, uid = finalized(shift), uuid7()

    first, second = (
        record_print(sale_uid=sale.uid, actor=sale.cashier, uid=uid) for _ in range(2)
    )

    assert (first.copy_number, second.copy_number) == (0, 1)
    assert first.uid == uid != second.uid
    assert AuditEntry.objects.filter(act="receipt_reprinted").count() == 1


def test_the_original_asked_for_by_another_person_is_a_copy(shift, supervisor):
    sale, uid = finalized(shift), uuid7()

    copies = [
        record_print(sale_uid=sale.uid, actor=actor, uid=uid).copy_number
        for actor in (sale.cashier, sale.cashier, supervisor)
    ]

    assert copies == [0, 0, 1]


def test_an_approved_copy_asked_for_later_is_limited(sale, supervisor, later):
    asked = {"sale_uid": sale.uid, "actor": sale.cashier, "uid": uuid7()}
    record_print(**asked, approved_by=supervisor)

    with assert_no_writes(), pytest.raises(LimitPassedError):
        record_print(**asked)

    assert record_print(**asked, approved_by=supervisor).copy_number == 3
    assert Approval.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_approved", [False, True])
def test_one_id_for_two_receipts_at_once_is_refused(shift, supervisor, is_approved):
    sales, uid = [finalized(shift), finalized(shift)], uuid7()
    if is_approved:
        for sale in sales * 2:
            record_print(sale_uid=sale.uid, actor=shift.cashier)
    before = ReceiptPrint.objects.count()
    asked = {"actor": shift.cashier, "uid": uid, "approved_by": supervisor}

    refusal = run_behind(
        *[partial(record_print, sale_uid=sale.uid, **asked) for sale in sales]
    )

    assert isinstance(refusal, DifferentRepeatError)
    assert ReceiptPrint.objects.count() == before + 1
    assert ReceiptPrint.objects.get(uid=uid).sale == sales[0]
    assert Approval.objects.count() == is_approved


@pytest.mark.django_db(transaction=True)
def test_a_print_waits_for_the_one_before_it_and_is_limited(shift):
    sale = finalized(shift)
    record_print(sale_uid=sale.uid, actor=sale.cashier)

    def print_copy():
        return record_print(sale_uid=sale.uid, actor=sale.cashier)

    assert isinstance(run_behind(print_copy, print_copy), LimitPassedError)
    assert ReceiptPrint.objects.count() == 2


def test_the_approvers_own_limit_reaches_as_far(sale, supervisor):
    Limit.objects.create(
        company=supervisor.company,
        role=supervisor.role,
        act=LimitedAct.REPRINT,
        value=Decimal(1),
    )

    with assert_no_writes(), pytest.raises(ApproverLimitError, match="2 is above"):
        record_print(sale_uid=sale.uid, actor=sale.cashier, approved_by=supervisor)


def test_a_copy_with_an_answer_is_limited_too(sale):
    with assert_no_writes(), pytest.raises(LimitPassedError):
        record_print(sale_uid=sale.uid, actor=sale.cashier, is_answer=True)


def test_a_supervisor_prints_alone(sale, supervisor):
    assert record_print(sale_uid=sale.uid, actor=supervisor).approved_by is None
