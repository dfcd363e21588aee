import pytest

from pos.core.errors import NotOfThisCompanyError
from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import ReceiptPrint
from sales.receipts.prints import record_print
from tests.support.books import assert_no_writes
from tests.support.concurrency import run_together
from tests.support.factories import ShiftFactory, StaffMemberFactory, make_sale
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


def finalized():
    sale = make_sale(ShiftFactory())
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier)
    return sale


def test_the_first_print_is_the_original_and_later_ones_are_copies():
    sale = finalized()
    colleague = StaffMemberFactory(company=sale.company)

    copies = [
        record_print(sale_uid=sale.uid, actor=actor).copy_number
        for actor in (sale.cashier, sale.cashier, colleague)
    ]

    assert copies == [0, 1, 2]
    assert ReceiptPrint.objects.latest("copy_number").staff_member == colleague


def test_an_unfinished_sale_has_no_receipt():
    sale = make_sale()

    with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
        record_print(sale_uid=sale.uid, actor=sale.cashier)


def test_another_companys_receipt_is_not_there():
    sale = finalized()

    for uid, actor in ((sale.uid, StaffMemberFactory()), (uuid7(), sale.cashier)):
        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            record_print(sale_uid=uid, actor=actor)


@pytest.mark.django_db(transaction=True)
def test_copies_printed_at_the_same_moment_are_counted_one_by_one():
    sale = finalized()

    printed = run_together(
        *[lambda: record_print(sale_uid=sale.uid, actor=sale.cashier)] * 6
    )

    assert sorted(p.copy_number for p in printed) == [0, 1, 2, 3, 4, 5]
