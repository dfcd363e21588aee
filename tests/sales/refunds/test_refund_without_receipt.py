"""Refund without receipt: the original sale is not known."""

from decimal import Decimal

import pytest

from pos.core.errors import DifferentRepeatError
from pos.core.ids import uuid7
from pos.models import StockItem, TaxRate
from sales.models import Sale
from sales.refunds.errors import RefundChangedError
from sales.refunds.request import ReturnWithoutReceipt, ShownRefund
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.books import assert_no_writes
from tests.support.factories import ProductFactory, ShiftFactory, StaffMemberFactory
from tests.support.refunds import list_tenders, pay_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


@pytest.fixture
def take_back(shift):
    approver = StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])

    def taken(*lines, **details):
        details = {"uid": uuid7(), "reason": "a gift"} | details
        refund = refund_without_receipt(
            lines=lines,
            actor=shift.cashier,
            till=shift.till,
            approved_by=approver,
            **details,
        )
        return Sale.objects.get(pk=refund.pk)

    return taken


def test_is_at_todays_price_and_rate_in_cash(shift, take_back):
    product = ProductFactory(company=shift.company, price=Decimal("10.02"))
    TaxRate.objects.filter(tax_code="SR").update(rate=Decimal("0.10"))

    refund = take_back(ReturnWithoutReceipt(product, Decimal(1)))

    assert (refund.original, refund.approved_by is None) == (None, False)
    assert (refund.total, refund.tax_total) == (Decimal("-10.02"), Decimal("-0.91"))
    assert list_tenders(refund) == [("cash", Decimal("-10.00"))]
    assert refund.receipt_number.endswith("-R-000001")
    assert not refund.tenders.get().is_alternative_method
    assert StockItem.objects.get().on_hand == 1


def test_may_be_at_a_lower_price_and_by_another_way(shift, take_back):
    product = ProductFactory(company=shift.company, is_active=False)

    refund = take_back(
        ReturnWithoutReceipt(product, Decimal(2), Decimal("7.51"), is_restocked=False),
        refund_tenders=pay_back(("card", None)),
    )

    assert list_tenders(refund) == [("card", Decimal("-15.02"))]
    assert refund.lines.get().unit_price == Decimal("7.51")
    assert StockItem.objects.get().on_hand == 0


def test_a_price_that_is_typed_at_the_till_is_typed_here_too(shift, take_back):
    product = ProductFactory(company=shift.company, is_open_price=True)

    assert (
        take_back(ReturnWithoutReceipt(product, Decimal(1), Decimal(50))).total == -50
    )


def test_is_rounded_in_cash_as_a_sale_would_be(shift, take_back):
    shift.company.cash_rounding = "nearest"
    shift.company.save(update_fields=["cash_rounding"])
    product = ProductFactory(company=shift.company, price=Decimal("9.98"))

    assert take_back(ReturnWithoutReceipt(product, Decimal(1))).due == -10


@pytest.mark.parametrize(
    ("includes_tax", "before", "after"),
    [
        (True, ("10.90", "0.90"), ("10.90", "0.99")),
        (False, ("11.88", "0.98"), ("11.99", "1.09")),
    ],
)
def test_what_was_shown_before_the_tax_changed_is_not_paid_back(
    shift, take_back, includes_tax, before, after
):
    shift.company.prices_include_tax = includes_tax
    shift.company.save(update_fields=["prices_include_tax"])
    line = ReturnWithoutReceipt(
        ProductFactory(company=shift.company, price=Decimal("10.90")), Decimal(1)
    )
    shown, now = (ShownRefund(*map(Decimal, sums)) for sums in (before, after))
    by_card = pay_back(("card", None))
    TaxRate.objects.filter(tax_code="SR").update(rate=Decimal("0.10"))

    with assert_no_writes(), pytest.raises(RefundChangedError) as refused:
        take_back(line, refund_tenders=by_card, shown=shown)

    assert f"{now.due} goes back now, with {now.tax} of tax" in str(refused.value)
    refund = take_back(line, refund_tenders=by_card, shown=now)
    assert (-refund.due, -refund.tax_total) == (now.due, now.tax)


def test_what_was_shown_before_the_price_changed_is_not_paid_back(shift, take_back):
    product = ProductFactory(company=shift.company, price=Decimal(9))

    with assert_no_writes(), pytest.raises(RefundChangedError):
        take_back(
            ReturnWithoutReceipt(product, Decimal(1)),
            shown=ShownRefund(Decimal(10), Decimal(0)),
        )


def test_a_repeat_changes_nothing_and_returns_it(shift, take_back):
    line = ReturnWithoutReceipt(ProductFactory(company=shift.company), Decimal(1))
    uid = uuid7()
    first = take_back(line, uid=uid)

    with assert_no_writes():
        assert take_back(line, uid=uid) == first
        with pytest.raises(DifferentRepeatError):
            take_back(line, line, uid=uid)
