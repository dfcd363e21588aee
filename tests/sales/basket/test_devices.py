"""Devices of one till: each has a basket of its own, and may take one over."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from pos.access.enrolment import revoke_device
from pos.core.ids import uuid7
from pos.models import Device
from sales.basket.errors import SaleAtOtherDeviceError, StaleBasketError
from sales.basket.void import void_sale
from sales.basket.waiting import count_waiting, waiting_sales
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.models import Sale
from sales.shifts.close import close_shift
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.factories import (
    EVERYDAY,
    DeviceFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.tenders import cash, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(shift):
    return DeviceFactory(till=shift.till, name="Counter")


@pytest.fixture
def phone(shift):
    return DeviceFactory(till=shift.till, name="Phone")


@pytest.fixture
def at_counter(shift, counter, product):
    cashier = Cashier(shift, device=counter)
    cashier.do("add", product=str(product.uid))
    return cashier


@pytest.fixture
def at_phone(shift, phone, product):
    cashier = Cashier(shift, device=phone)
    cashier.do("add", product=str(product.uid), quantity="2")
    return cashier


def statuses(*cashiers: Cashier) -> list[str]:
    return [cashier.sale.status for cashier in cashiers]


def waiting(device: Device) -> list[Sale]:
    return list(waiting_sales(device.till, device=device, exclude=None))


class TestTwoBaskets:
    def test_are_open_at_one_till_at_the_same_time(
        self, at_counter, at_phone, counter, phone
    ):
        assert statuses(at_counter, at_phone) == ["open", "open"]
        assert (at_counter.sale.device, at_phone.sale.device) == (counter, phone)
        assert (at_counter.sale.total, at_phone.sale.total) == (10, 20)

    def test_of_one_device_are_one_open_and_one_parked(
        self, at_counter, at_phone, shift, counter, product
    ):
        before = at_counter.sale
        next_one = Cashier(shift, device=counter)
        next_one.do("add", product=str(product.uid))

        assert statuses(at_counter, next_one, at_phone) == ["parked", "open", "open"]
        # A payment for it may be on its way, of the basket that the cashier saw.
        paid = finalize_sale(
            uid=before.uid,
            tenders=[cash(10)],
            actor=shift.cashier,
            till=shift.till,
            device=counter,
            revision=before.revision,
        )
        assert paid.is_finalized

    def test_of_one_device_are_refused_by_the_database(self, at_counter, shift):
        other = make_sale(shift)

        with (
            pytest.raises(IntegrityError, match="one_open_basket_per_device"),
            transaction.atomic(),
        ):
            Sale.objects.filter(pk=other.pk).update(device=at_counter.device)

    def test_are_both_parked_by_the_close(self, at_counter, at_phone, shift):
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)

        assert statuses(at_counter, at_phone) == ["parked", "parked"]

    def test_wait_for_nobody_else(self, at_counter, at_phone, counter, phone):
        assert (count_waiting(counter), count_waiting(phone)) == (0, 0)
        assert waiting(counter) == [at_counter.sale]
        assert waiting(phone) == [at_phone.sale]


class TestABasketOfAnotherDevice:
    @pytest.fixture
    def of_phone(self, at_phone, shift, counter):
        """What a request from the counter says of the phone's basket."""
        return {"actor": shift.cashier, "till": shift.till, "device": counter}

    def test_is_not_changed(self, at_phone, shift, counter, product):
        intruder = Cashier(shift, uid=at_phone.uid, device=counter)

        for kind, payload in {
            "add": {"product": str(product.uid)},
            "note": {"text": "mine"},
            "clear": {},
            "park": {},
        }.items():
            refused = intruder.do(kind, **payload)
            assert (refused.ok, refused.code) == (False, "sale_elsewhere")
            assert "Phone" in refused.message
        sale = at_phone.sale
        assert (sale.status, sale.total, sale.note) == ("open", 20, "")

    def test_is_not_finalized(self, at_phone, of_phone):
        with assert_no_writes(), pytest.raises(SaleAtOtherDeviceError, match="sale"):
            finalize_sale(uid=at_phone.uid, tenders=[cash(20)], **of_phone)

    def test_is_not_voided(self, at_phone, of_phone):
        with assert_no_writes(), pytest.raises(SaleAtOtherDeviceError):
            void_sale(uid=at_phone.uid, reason="Mistake", **of_phone)

    def test_takes_no_money(self, at_phone, of_phone):
        with assert_no_writes(), pytest.raises(SaleAtOtherDeviceError):
            take_part_payment(
                uid=uuid7(), sale_uid=at_phone.uid, payment=cash(5), **of_phone
            )

    def test_gives_no_money_back(self, at_phone, of_phone):
        part = take_part(at_phone.sale, cash(5))

        with assert_no_writes(), pytest.raises(SaleAtOtherDeviceError):
            give_back_part_payment(
                uid=uuid7(), sale_uid=at_phone.uid, part_uid=part.uid, **of_phone
            )

    def test_is_not_finalized_when_it_is_parked_either(self, at_phone, of_phone):
        at_phone.do("park")

        with assert_no_writes(), pytest.raises(SaleAtOtherDeviceError):
            finalize_sale(uid=at_phone.uid, tenders=[cash(20)], **of_phone)


class TestRecalling:
    def test_brings_a_parked_basket_to_the_other_device(
        self, at_phone, at_counter, shift, counter
    ):
        at_phone.do("park")
        assert at_phone.sale in waiting(counter)
        there = Cashier(shift, uid=at_phone.uid, device=counter)

        assert there.do("recall").ok

        assert there.sale.device == counter
        # What was open there has made room.
        assert statuses(there, at_counter) == ["open", "parked"]
        paid = finalize_sale(
            uid=there.uid,
            tenders=[cash(20)],
            actor=shift.cashier,
            till=shift.till,
            device=counter,
        )
        assert paid.device == counter

    def test_takes_over_what_is_open_at_the_other_device(
        self, at_phone, at_counter, shift, counter, product
    ):
        taken = Cashier(shift, uid=at_phone.uid, device=counter)

        assert taken.do("recall").ok

        refused = at_phone.do("add", product=str(product.uid))
        assert (refused.code, "Counter" in refused.message) == ("sale_elsewhere", True)
        with pytest.raises(SaleAtOtherDeviceError):
            finalize_sale(
                uid=taken.uid,
                tenders=[cash(20)],
                actor=shift.cashier,
                till=shift.till,
                device=at_phone.device,
            )

    def test_a_basket_of_a_command_makes_it_the_devices(self, shift, counter):
        sale = make_sale(shift)
        assert waiting(counter) == [sale]

        assert Cashier(shift, uid=sale.uid, device=counter).do("recall").ok

        sale.refresh_from_db()
        assert sale.device == counter
        assert count_waiting(counter) == 0

    def test_brings_back_what_a_revoked_device_has_left(
        self, at_phone, shift, phone, counter
    ):
        assert waiting(counter) == []
        owner = StaffMemberFactory(
            company=shift.company, may=(*EVERYDAY, "pos.enrol_device")
        )
        revoke_device(device=phone, actor=owner)

        assert waiting(counter) == [at_phone.sale]
        assert count_waiting(counter) == 1
        there = Cashier(shift, uid=at_phone.uid, device=counter)
        assert there.do("recall").ok
        assert (there.sale.device, there.sale.total) == (counter, 20)

    def test_at_another_till_moves_it_there(self, at_phone, shift):
        there = ShiftFactory(till__outlet=shift.till.outlet)
        device = DeviceFactory(till=there.till)
        at_phone.do("park")

        assert Cashier(there, uid=at_phone.uid, device=device).do("recall").ok

        sale = at_phone.sale
        assert (sale.till, sale.device) == (there.till, device)


class TestWhoSold:
    def test_is_the_device_that_took_the_money(self, at_phone, shift, phone):
        sale = finalize_sale(
            uid=at_phone.uid,
            tenders=[cash(20)],
            actor=shift.cashier,
            till=shift.till,
            device=phone,
        )

        assert Sale.objects.get(pk=sale.pk).device == phone
        assert f'"device":"{phone.uid}"' in sale.fiscal_document.text

    def test_is_no_device_where_the_back_office_finalizes(self, at_phone, shift):
        sale = finalize_sale(uid=at_phone.uid, tenders=[cash(20)], actor=shift.cashier)

        assert Sale.objects.get(pk=sale.pk).device is None
        assert '"device"' not in sale.fiscal_document.text

    def test_stays_as_it_is(self, at_phone, shift, phone, counter):
        sale = at_phone.sale
        pay = partial(
            finalize_sale,
            uid=sale.uid,
            tenders=[cash(20)],
            actor=shift.cashier,
            till=shift.till,
        )
        pay(device=phone)

        # A repeat that comes by way of another device gets the same answer.
        assert pay(device=counter).device == phone
        with pytest.raises(IntegrityError), transaction.atomic():
            Sale.objects.filter(pk=sale.pk).update(device=counter)

    def test_is_said_of_a_basket_that_has_changed_meanwhile(
        self, at_phone, shift, phone
    ):
        with assert_no_writes(), pytest.raises(StaleBasketError):
            finalize_sale(
                uid=at_phone.uid,
                tenders=[cash(20)],
                actor=shift.cashier,
                till=shift.till,
                device=phone,
                revision=0,
            )
