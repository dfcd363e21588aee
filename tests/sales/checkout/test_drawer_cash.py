"""Drawer cash: nothing leaves a drawer that it does not hold."""

from decimal import Decimal
from functools import partial

import pytest

from pos.core.ids import uuid7
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.errors import CashOutRefusedError, DrawerShortError, OverdraftError
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import (
    give_back_part_payment,
    take_part_payment,
)
from sales.checkout.tenders import correct_tender
from sales.models import (
    CashMovement,
    PartPayment,
    RefusedCashOut,
    Sale,
    TenderCorrection,
)
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.settlement import RefundTender
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.figures import from_json
from sales.shifts.summary import sum_shift
from tests.support.cashier import Cashier
from tests.support.concurrency import run_together
from tests.support.factories import (
    EVERYDAY,
    ProductFactory,
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
    grant,
    make_sale,
)
from tests.support.refunds import make_refund, return_lines, sell_products
from tests.support.tenders import card, cash, take_part

pytestmark = pytest.mark.django_db

# What a cashier of a shop may: not to see what the drawer should hold.
BLIND = EVERYDAY - {"sales.view_expected"}
ASK = "Ask a supervisor before you take {} out of the drawer."


def person(shift, *more):
    role = RoleFactory(company=shift.company)
    grant(role, {*BLIND, *more})
    return StaffMemberFactory(company=shift.company, role=role)


@pytest.fixture
def shift():
    """With a float of 10.00 and a cashier who may not see the expected cash."""
    shift = ShiftFactory(opening_float=Decimal(10))
    shift.cashier = person(shift)
    shift.save(update_fields=["cashier"])
    return shift


@pytest.fixture
def sighted(shift):
    return person(shift, "sales.view_expected")


@pytest.fixture
def supervisor(shift):
    return person(shift, "sales.overdraw_drawer", "sales.approve_refund")


def allow(shift):
    company = shift.till.outlet.company
    company.allows_cash_below_zero = True
    company.save(update_fields=["allows_cash_below_zero"])


def take_out(shift, amount, *, kind="pay_out", actor=None, **details):
    return record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove(kind, Decimal(amount), "Supplier paid"),
        actor=actor or shift.cashier,
        **details,
    )


class Ways:
    """Every way out of a drawer; each takes 50.00, which was paid by card."""

    @staticmethod
    def pay_out(shift, **who):
        return partial(take_out, shift, "50.00", **who)

    @staticmethod
    def drop(shift, **who):
        return partial(take_out, shift, "50.00", kind="drop", **who)

    @staticmethod
    def refund(shift, actor=None, approved_by=None):
        sale = sell_products(shift, "50.00", tenders=[cash(50)])
        take_out(shift, "50.00")
        who = {"actor": actor or shift.cashier, "approved_by": approved_by}
        return partial(make_refund, sale, 1, shift=shift, **who)

    @staticmethod
    def without_receipt(shift, actor=None, approved_by=None):
        product = ProductFactory(company=shift.company, price=Decimal(50))
        return partial(
            refund_without_receipt,
            uid=uuid7(),
            lines=[ReturnWithoutReceipt(product, Decimal(1))],
            reason="Too small",
            actor=actor or shift.cashier,
            till=shift.till,
            approved_by=approved_by,
        )

    @staticmethod
    def exchange(shift, actor=None, approved_by=None):
        sale = sell_products(shift, "60.00", tenders=[cash(60)])
        take_out(shift, "60.00")
        return partial(
            exchange_sale,
            refund_uid=uuid7(),
            original=sale.uid,
            lines=return_lines(sale),
            sale_uid=make_sale(shift).uid,
            tenders=[],
            refund_tenders=[RefundTender("cash")],
            reason="Too small",
            actor=actor or shift.cashier,
            till=shift.till,
            approved_by=approved_by,
        )

    @staticmethod
    def correction(shift, actor=None, approved_by=None):
        sale = sell_products(shift, "50.00", tenders=[cash(50)])
        take_out(shift, "50.00")
        return partial(
            correct_tender,
            uid=uuid7(),
            tender=sale.tenders.get(),
            kind="card",
            reference="",
            reason="Wrong button",
            actor=actor or shift.cashier,
            approved_by=approved_by,
        )

    @staticmethod
    def given_back(shift, actor=None, approved_by=None):
        basket = make_sale(shift, lines=6)
        uid = uuid7()
        take_part_payment(
            uid=uid,
            sale_uid=basket.uid,
            payment=cash(50),
            actor=shift.cashier,
            till=shift.till,
        )
        take_out(shift, "50.00")
        return partial(
            give_back_part_payment,
            uid=uuid7(),
            sale_uid=basket.uid,
            part_uid=uid,
            actor=actor or shift.cashier,
            till=shift.till,
            approved_by=approved_by,
        )

    @staticmethod
    def change(shift, actor=None, approved_by=None):
        """Of 60.00 that a basket holds, which came to less since."""
        basket = make_sale(shift, lines=6)
        take_part(basket, cash(60))
        take_out(shift, "60.00")
        cashier = Cashier(shift, uid=basket.uid)
        for line in cashier.lines[1:]:
            cashier.do("remove", line=str(line.uid))
        return partial(
            finalize_sale,
            uid=basket.uid,
            tenders=[],
            actor=actor or shift.cashier,
            till=shift.till,
            approved_by=approved_by,
        )


# These need a supervisor anyway.
APPROVED = {"without_receipt", "correction"}
# Where an approval is recorded, but on a refund.
RECORDED = {
    "pay_out": CashMovement.objects.filter(kind="pay_out"),
    "drop": CashMovement.objects.filter(kind="drop"),
    "correction": TenderCorrection.objects.all(),
    "given_back": PartPayment.objects.filter(event="given_back"),
    "change": PartPayment.objects.filter(event="used"),
}
REFUND = Sale.objects.filter(kind="refund")
WAYS = [name for name in vars(Ways) if not name.startswith("_")]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_takes_out_what_is_not_there(shift, supervisor, sighted, way):
    who = {"approved_by": supervisor} if way in APPROVED else {}
    take = getattr(Ways, way)(shift, **who)
    before = expected_cash(shift), Sale.objects.finalized().count()

    with pytest.raises(CashOutRefusedError) as refused:
        take()

    assert str(refused.value) == ASK.format("50.00")
    assert before == (expected_cash(shift), Sale.objects.finalized().count())
    with pytest.raises(DrawerShortError, match="should hold only 10.00, not 50.00"):
        take(actor=sighted)
    tries = RefusedCashOut.objects.filter(amount=50, shift=shift, till=shift.till)
    assert list(tries.values_list("staff_member", flat=True)) == [
        sighted.pk,
        shift.cashier.pk,
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_supervisor_approves_where_the_owner_allows_it(shift, supervisor, way):
    allow(shift)
    take = getattr(Ways, way)(shift, approved_by=supervisor)

    take()

    assert expected_cash(shift) == -40
    assert not RefusedCashOut.objects.exists()
    assert RECORDED.get(way, REFUND).first().approved_by == supervisor


def test_an_approver_who_may_not_gets_the_same_sentence(shift, sighted):
    allow(shift)
    colleague = person(shift, "sales.open_drawer")

    for approver in (None, colleague, shift.cashier):
        with pytest.raises(CashOutRefusedError) as refused:
            take_out(shift, "10.05", approved_by=approver)
        assert str(refused.value) == ASK.format("10.05")
        assert refused.value.facts == {"amount": "10.05"}
    with pytest.raises(OverdraftError, match="only 10.00. A supervisor"):
        take_out(shift, "10.05", actor=sighted)
    take_out(shift, "10.00")
    assert expected_cash(shift) == 0


def test_every_try_is_on_the_x_and_z_reports(shift):
    for amount in ("500", "200", "50"):
        with pytest.raises(CashOutRefusedError):
            take_out(shift, amount)

    assert sum_shift(shift).counts.refused_cash_outs == 3
    close_shift(uid=shift.uid, counted_cash=Decimal(10), actor=shift.cashier)
    assert from_json(shift.z_report.figures).counts.refused_cash_outs == 3


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_out_no_more_than_is_there(shift):
    results = run_together(*[partial(take_out, shift, "6.00") for _ in range(4)])

    assert sum(isinstance(one, CashMovement) for one in results) == 1
    assert RefusedCashOut.objects.count() == 3
    assert expected_cash(shift) == 4


def test_the_expected_cash_is_one_query(shift, django_assert_num_queries):
    sale = sell_products(shift, "50.00", tenders=[card(20), cash(40)])
    finalize_sale(uid=make_sale(shift).uid, tenders=[cash(10)], actor=shift.cashier)
    correct_tender(
        uid=uuid7(),
        tender=sale.tenders.get(kind="card"),
        kind="cash",
        reference="",
        reason="Wrong button",
        actor=shift.cashier,
        approved_by=person(shift, "sales.approve_refund"),
    )
    take_out(shift, "5.00")

    with django_assert_num_queries(1):
        assert expected_cash(shift) == 10 + 30 + 10 + 20 - 5
    assert expected_cash(shift) == sum_shift(shift).cash.expected
    assert TenderCorrection.objects.count() == 1
