"""As shown: what a preview promised goes back, or nothing does."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.checkout.tenders import correct_tender
from sales.models import Sale
from sales.refunds.errors import RefundChangedError, RefundTendersChangedError
from sales.refunds.exchange import exchange_sale
from sales.refunds.preview import preview_return
from sales.refunds.preview_exchange import preview_exchange
from sales.refunds.request import RefundRequest, ShownRefund
from sales.refunds.rows import find_original
from sales.refunds.with_receipt import refund_sale
from tests.support.books import assert_no_writes
from tests.support.factories import ProductFactory, ShiftFactory, make_sale
from tests.support.refunds import list_tenders, make_refund, return_lines, sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


class WithReceipt:
    """The first line comes back."""

    def __init__(self, original, shift):
        self.original = original
        self.request = RefundRequest(
            actor=shift.cashier, till=shift.till, lines=return_lines(original, 1)
        )
        self.act = {
            "original": original.uid,
            "lines": self.request.lines,
            "reason": "too small",
            "actor": shift.cashier,
            "till": shift.till,
        }
        self.uid = uuid7()

    def find_original(self):
        return find_original(self.original.uid, company_id=self.original.company_id)

    def look(self) -> ShownRefund:
        return preview_return(self.request, self.find_original()).plan.shown

    def do(self, shown: ShownRefund | None) -> Sale:
        refund = refund_sale(uid=self.uid, shown=shown, **self.act)
        return Sale.objects.get(pk=refund.pk)


class Exchanged(WithReceipt):
    """The same, for something cheaper, so that some of it is paid back."""

    def __init__(self, original, shift):
        super().__init__(original, shift)
        product = ProductFactory(company=shift.company, price=Decimal("0.50"))
        self.sale = make_sale(shift, products=[product])

    def look(self) -> ShownRefund:
        sale = Sale.objects.get(pk=self.sale.pk)
        exchange = preview_exchange(
            self.request, self.find_original(), kind="", sale=sale
        )
        return exchange.preview.plan.shown

    def do(self, shown: ShownRefund | None) -> Sale:
        refund, _ = exchange_sale(
            refund_uid=self.uid,
            sale_uid=self.sale.uid,
            tenders=[],
            shown=shown,
            **self.act,
        )
        return Sale.objects.get(pk=refund.pk)


ACTS = pytest.mark.parametrize("act", [WithReceipt, Exchanged])


@ACTS
def test_what_other_goods_of_the_receipt_changed_is_not_paid_back(shift, act):
    """The last of them gets what was rounded when they were paid."""
    original = sell_products(shift, "1.04", "1.03", tenders=[cash("2.05")])
    asked = act(original, shift)
    shown = asked.look()
    make_refund(original, 0, 1, shift=shift)
    now = asked.look()
    assert shown != now

    with assert_no_writes(), pytest.raises(RefundChangedError) as refused:
        asked.do(shown)

    assert f"{now.due:.2f} goes back now" in str(refused.value)
    assert f"before: {shown.due:.2f}" in str(refused.value)
    refund = asked.do(now)
    assert (-refund.due, -refund.tax_total) == (now.due, now.tax)
    assert asked.do(shown) == refund  # a repeat is no other refund


@ACTS
def test_other_tax_than_was_shown_is_not_paid_back(shift, act):
    asked = act(sell_products(shift, "10.00"), shift)
    shown = asked.look()
    other = ShownRefund(shown.due, shown.tax + 1, shown.tenders)

    with assert_no_writes(), pytest.raises(RefundChangedError):
        asked.do(other)

    asked.do(shown)


@ACTS
def test_money_goes_back_in_the_ways_that_were_shown(shift, act):
    original = sell_products(shift, "10.00", "10.00", tenders=[card(10), cash(10)])
    asked = act(original, shift)
    shown = asked.look()
    make_refund(original, 0, 1, shift=shift)
    now = asked.look()

    with assert_no_writes(), pytest.raises(RefundTendersChangedError) as refused:
        asked.do(shown)

    assert (shown.due, shown.tax) == (now.due, now.tax)
    assert shown.tenders.startswith("card=")
    assert now.tenders.startswith("cash=")
    assert "in another way now: cash " in str(refused.value)
    assert list_tenders(asked.do(now))[-1][0] == "cash"


def test_a_corrected_tender_changes_the_way(shift):
    original = sell_products(shift, "10.00", tenders=[card(10)])
    asked = WithReceipt(original, shift)
    shown = asked.look()
    correct_tender(
        uid=uuid7(),
        tender=original.tenders.get(),
        kind="paynow",
        reference="P",
        reason="Wrong button",
        actor=shift.cashier,
    )

    with assert_no_writes(), pytest.raises(RefundTendersChangedError):
        asked.do(shown)


def test_a_page_that_promised_nothing_refunds_as_before(shift):
    asked = WithReceipt(sell_products(shift, "10.00"), shift)
    shown = asked.look()

    asked.do(ShownRefund(shown.due, shown.tax))
