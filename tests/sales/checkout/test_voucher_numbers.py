"""Numbers of vouchers: each counts once, until it is given back."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from pos.core.ids import uuid7
from sales.checkout.errors import VoucherUsedError
from sales.checkout.part_payments import take_part_payment
from sales.checkout.vouchers import fold_number
from sales.models import PartPayment
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_together
from tests.support.deposits import pay
from tests.support.factories import ShiftFactory, TillFactory
from tests.support.tenders import cash, give_back, take_part
from tests.support.vouchers import VoucherKindFactory, make_voucher_shop, voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_voucher_shop()


class TestANumber:
    def test_is_taken_once(self, shop):
        first, second = shop.fill((shop.rice, 1)), shop.fill((shop.rice, 1))
        pay(first, voucher("18.40", "AB 12"))

        with assert_no_writes(), pytest.raises(VoucherUsedError, match="ab12"):
            pay(second, voucher("18.40", "ab12"))

    def test_may_be_that_of_another_kind(self, shop):
        VoucherKindFactory(company=shop.shift.company, code="mall")
        pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1", kind="mall"))

    def test_of_a_part_payment_counts_until_it_is_given_back(self, shop):
        first, second = shop.fill((shop.rice, 1)), shop.fill((shop.rice, 1))
        part = take_part(first.sale, voucher(10, "A1"))

        with assert_no_writes(), pytest.raises(VoucherUsedError):
            take_part(second.sale, voucher(10, "A1"))
        give_back(part)
        take_part(second.sale, voucher(10, "A1"))
        pay(second, cash("8.40"))
        with pytest.raises(VoucherUsedError):
            take_part(first.sale, voucher(10, "A1"))

    def test_is_held_to_by_the_database(self, shop):
        first, second = shop.fill((shop.rice, 1)), shop.fill((shop.rice, 1))
        pay(first, voucher("18.40", "A1"))

        with pytest.raises(IntegrityError, match="twice"), transaction.atomic():
            take_unasked(second.sale, "a 1")

    @pytest.mark.parametrize("number", ["a1", " a\t1 ", "A 1\n", "é-1", "ab 12 "])
    def test_is_compared_in_the_same_way_by_the_database(self, number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT fold_voucher_number(%s)", [number])
            assert cursor.fetchone() == (fold_number(number),)


def take_unasked(sale, number):
    """Write a part payment past the service."""
    PartPayment.objects.create(
        uid=uuid7(),
        company=sale.company,
        sale=sale,
        till=sale.till,
        shift=sale.till.shifts.get(),
        event="taken",
        kind="cdc",
        amount=5,
        reference=number,
        staff_member=sale.cashier,
        happened_at=sale.opened_at,
    )
    check_now()


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_two_tills_take_a_number_once(shop):
    """Fails where ``claim_voucher`` does not lock the number."""
    outlet, cashier = shop.shift.till.outlet, shop.shift.cashier
    shifts = [
        ShiftFactory(till=TillFactory(outlet=outlet), cashier=cashier) for _ in range(4)
    ]
    baskets = [replace(shop, shift=one).fill((shop.rice, 1)) for one in shifts]

    def take(basket):
        sale = basket.sale
        return take_part_payment(
            uid=uuid7(),
            sale_uid=sale.uid,
            payment=voucher(10, "A1"),
            actor=sale.cashier,
            till=sale.till,
        )

    results = run_together(*[lambda basket=one: take(basket) for one in baskets])

    refused = [one for one in results if isinstance(one, VoucherUsedError)]
    assert len(refused) == len(baskets) - 1
