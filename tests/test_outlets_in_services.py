"""Outlets in services: what is done at a till is for people of its outlet."""

from functools import partial

import pytest

from pos.access.enrolment import (
    enrol_by_code,
    enrol_device,
    make_enrolment_code,
    revoke_device,
)
from pos.access.errors import OtherOutletError
from pos.models.staff import USES_EVERY_OUTLET
from sales.basket.apply import apply_operations
from sales.basket.create import create_open_sale
from sales.basket.update_rates import update_rates
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.receipts.prints import record_print
from sales.refunds.exchange import exchange_sale
from sales.refunds.with_receipt import refund_sale
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import record_cash_movement, record_count
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from sales.shifts.variance_approval import sign_approval
from tests.support import limits
from tests.support.books import assert_no_writes
from tests.support.factories import EVERYDAY, StaffMemberFactory
from tests.support.file_scoped_shop import file_scoped
from tests.test_permissions_in_services import (
    CALLS,
    make_shop_of_services,
    shop,  # noqa: F401  the fixture
)

# Where the goods of a shop, its customers and its people are, is no till; and a receipt
# is printed again anywhere.
ANYWHERE = {
    *("receive_stock", "count_stock", "post_counts", "import_products"),
    *("create_product", "update_product", "set_barcodes"),
    *("register_customers", "create_products"),
    *("register_customer", "update_customer", "import_customers", "adjust_points"),
    *("deactivate_customer", "restore_customer"),
    *("add_outlet", "add_till"),
    *("add_staff_member", "set_first_pin", "sign_out_everywhere"),
    *("set_limits", "set_outlets", "dismiss_alarms"),
    *("dismiss_first_hour", "bring_back_first_hour"),
    *("explain_finding", "record_print"),
}
AT_A_TILL = (
    *(apply_operations, create_open_sale, update_rates, void_sale, finalize_sale),
    *(take_part_payment, give_back_part_payment, confirm_tender, correct_tender),
    *(refund_sale, refund_without_receipt, exchange_sale),
    *(open_shift, close_shift, sign_approval, record_cash_movement, record_count),
    *(make_enrolment_code, enrol_device, enrol_by_code, revoke_device),
)

file_scoped_shop = file_scoped(make_shop_of_services)


def test_every_service_is_at_a_till_or_anywhere():
    at_a_till = {service.__name__ for service in AT_A_TILL}

    assert {service.__name__ for service in CALLS} == at_a_till | ANYWHERE
    assert not at_a_till & ANYWHERE


@pytest.mark.parametrize("service", AT_A_TILL, ids=lambda one: one.__name__)
def test_a_person_of_another_outlet_is_refused_and_nothing_is_written(
    shop,  # noqa: F811  the fixture
    service,
):
    may = limits.MAY.get(service) or EVERYDAY
    person = StaffMemberFactory(
        company=shop.till.company,
        may=frozenset(may) - {USES_EVERY_OUTLET},
        outlets=[],
    )
    call = partial(service, **CALLS[service](shop))

    with assert_no_writes(), pytest.raises(OtherOutletError) as refusal:
        call(actor=person)

    assert refusal.value.facts["outlet"] == shop.till.outlet


def test_a_receipt_is_printed_again_by_a_person_of_another_outlet(
    shop,  # noqa: F811  the fixture
):
    person = StaffMemberFactory(
        company=shop.till.company, may=["sales.view_sale"], outlets=[]
    )

    assert record_print(sale_uid=shop.paid.uid, actor=person).copy_number == 0
