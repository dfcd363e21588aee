"""Lock-order guard: it fails for what it is there to find."""

from functools import partial

import pytest
from django.db import transaction

from pos.core.ids import uuid7
from pos.models import Till
from sales.models import Sale
from tests.support.factories import make_sale

pytestmark = pytest.mark.django_db


def lock(queryset):
    return list(queryset)


def test_a_step_backwards_fails():
    make_sale()

    with transaction.atomic():
        lock(Till.objects.locked())
        with pytest.raises(AssertionError, match="out of order"):
            lock(Sale.objects.locked())


def test_the_house_order_passes_call_after_call():
    make_sale()

    for _ in range(2):
        with transaction.atomic():
            lock(Sale.objects.locked())
            lock(Till.objects.locked())


def test_the_same_rows_may_be_locked_again():
    sale = make_sale()

    with transaction.atomic():
        Sale.objects.locked().get(pk=sale.pk)
        Till.objects.locked().get(pk=sale.till_id)
        Sale.objects.locked().get(pk=sale.pk)


@pytest.mark.parametrize(
    "queryset",
    [
        Sale.objects.select_for_update(),
        Sale.objects.select_for_update(no_key=True).order_by("pk"),
        Sale.objects.select_related("till").locked().order_by("till__pk"),
        Sale.objects.locked().order_by("opened_at"),
    ],
)
def test_a_lock_in_another_way_fails(queryset):
    make_sale()

    with transaction.atomic(), pytest.raises(AssertionError):
        lock(queryset)


class TestAClaim:
    """A row that is inserted if nobody has it is held from then on."""

    def claim(self):
        sale = make_sale()
        sale.pk, sale.uid = None, uuid7()
        sale.total = sale.net_total = sale.line_count = 0
        return partial(Sale.objects.bulk_create, [sale], ignore_conflicts=True)

    def test_in_its_turn_lets_the_row_change_late(self):
        claim = self.claim()

        with transaction.atomic():
            [claimed] = claim()
            lock(Till.objects.locked())
            Sale.objects.filter(uid=claimed.uid).update(note="")

    def test_out_of_turn_fails(self):
        claim = self.claim()

        with transaction.atomic():
            lock(Till.objects.locked())
            with pytest.raises(AssertionError, match="out of order"):
                claim()


class TestAChange:
    """Of rows that were not locked before is a lock of its own."""

    def test_in_its_turn_passes(self):
        sale = make_sale()

        with transaction.atomic():
            Sale.objects.filter(pk=sale.pk).update(note="")
            lock(Till.objects.locked())

    @pytest.mark.parametrize(
        "change",
        [
            lambda sale: Sale.objects.filter(pk=sale.pk).update(note=""),
            lambda sale: sale.save(update_fields=["note"]),
            lambda sale: sale.lines.update(name="x"),
            lambda sale: sale.lines.all().delete(),
        ],
    )
    def test_out_of_turn_fails(self, change):
        sale = make_sale()

        with transaction.atomic():
            lock(Till.objects.locked())
            with pytest.raises(AssertionError, match="out of order"):
                change(sale)

    def test_of_several_rows_fails(self):
        make_sale()
        make_sale()

        with (
            transaction.atomic(),
            pytest.raises(AssertionError, match="2 rows of sales_sale are changed"),
        ):
            Sale.objects.update(note="")

    def test_of_rows_that_are_held_may_come_late(self):
        sale = make_sale(lines=2)

        with transaction.atomic():
            lock(Sale.objects.locked())
            lock(Till.objects.locked())
            Sale.objects.update(note="")
            sale.lines.update(name="x")

    def test_of_rows_that_have_no_place_in_the_order_passes(self):
        sale = make_sale()

        with transaction.atomic():
            lock(Till.objects.locked())
            sale.cashier.save(update_fields=["name"])

    def test_of_nothing_passes(self):
        with transaction.atomic():
            lock(Till.objects.locked())
            Sale.objects.update(note="")


@pytest.mark.django_db(transaction=True)
def test_each_transaction_is_checked_by_itself():
    make_sale()

    for _ in range(2):
        with transaction.atomic():
            lock(Sale.objects.locked())
            lock(Till.objects.locked())
    with transaction.atomic():
        lock(Till.objects.locked())
        with pytest.raises(AssertionError, match="out of order"):
            lock(Sale.objects.locked())
