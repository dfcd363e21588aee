"""Corrections from and to vouchers: approved, and only what could have paid."""

from decimal import Decimal

import pytest

from pos.access.errors import LimitPassedError
from pos.core.ids import uuid7
from sales.checkout.errors import (
    SameTenderError,
    UnknownTenderError,
    VoucherNotTakenError,
    VoucherUsedError,
)
from sales.checkout.tenders import correct_tender
from tests.support.books import assert_no_writes
from tests.support.deposits import pay
from tests.support.factories import StaffMemberFactory
from tests.support.tenders import card, cash
from tests.support.vouchers import (
    VoucherKindFactory,
    correct,
    make_voucher_shop,
    voucher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_voucher_shop()


class TestACorrection:
    def test_to_a_voucher_counts_as_one(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), card("18.40"))

        correct(shop, sale, "cdc", "A1")

        assert sale.tenders.get().counts_as == "cdc"
        with pytest.raises(VoucherUsedError):
            pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

    def test_is_approved_as_that_of_cash(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        cashier = StaffMemberFactory(
            company=sale.company, may=("sales.correct_tender",)
        )

        with assert_no_writes(), pytest.raises(LimitPassedError):
            correct_tender(
                uid=uuid7(),
                tender=sale.tenders.get(),
                kind="card",
                reference="",
                reason="the wrong key",
                actor=cashier,
            )

    def test_of_cash_that_was_rounded_up_counts_for_the_goods(self, shop):
        company = shop.shift.company
        company.cash_rounding = "nearest"
        company.save(update_fields=["cash_rounding"])
        shop.rice.price = Decimal("18.38")
        shop.rice.save(update_fields=["price"])
        sale = pay(shop.fill((shop.rice, 1)), cash("18.40"))

        correct(shop, sale, "cdc")

        assert sale.tenders.get().counts_as == "cdc"

    def test_of_another_tender_looks_at_its_own_kind_alone(self, shop):
        VoucherKindFactory(company=shop.shift.company, code="mall", name="Mall")
        sale = pay(shop.fill((shop.rice, 1)), voucher(10), card("8.40"))
        shop.kind.is_active = False
        shop.kind.save(update_fields=["is_active"])

        correct_tender(
            uid=uuid7(),
            tender=sale.tenders.get(kind="card"),
            kind="mall",
            reference="",
            reason="the wrong key",
            actor=shop.shift.cashier,
            approved_by=shop.shift.cashier,
        )

    def test_from_a_voucher_frees_its_number(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        correct(shop, sale, "card", "056012")

        pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        with assert_no_writes(), pytest.raises(VoucherUsedError):
            correct(shop, sale, "cdc", "A1")
        correct(shop, sale, "cdc", "A2")
        with pytest.raises(SameTenderError):
            correct(shop, sale, "cdc", "A3")

    def test_to_a_voucher_that_could_not_pay_is_refused(self, shop):
        beer = pay(shop.fill((shop.beer, 1)), card(20))
        rice = pay(shop.fill((shop.rice, 1)), card("18.40"))

        with assert_no_writes(), pytest.raises(VoucherNotTakenError):
            correct(shop, beer, "cdc")
        with assert_no_writes(), pytest.raises(UnknownTenderError):
            correct(shop, rice, "mall")
