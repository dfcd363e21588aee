"""What a finalization returns is drawn as what is read of it later."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.receipts.finished import load_finished
from sales.receipts.prints import draw_answer
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
    make_sale,
)
from tests.support.finished import assert_as_it_was_written
from tests.support.tenders import card, cash, paynow, take_part
from tests.support.vouchers import make_voucher_shop, voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_voucher_shop()


def pay(cashier, *tenders):
    sale = finalize_sale(
        uid=cashier.uid, tenders=tenders, actor=cashier.actor, till=cashier.till
    )
    assert_as_it_was_written(sale)
    return sale


def test_with_change_deposits_and_rounding(shop):
    sale = pay(shop.fill((shop.tea, 3), (shop.rice, 1)), cash(50))

    assert (sale.deposits, sale.due) == (Decimal("0.30"), Decimal("24.70"))


def test_with_a_voucher_a_card_and_what_is_still_to_come(shop):
    tenders = [voucher(10, "CDC-1", of=20), card(2), paynow("6.40")]

    pay(shop.fill((shop.rice, 1)), *tenders)


def test_with_discounts_and_a_price_by_hand(shop):
    cashier = shop.fill((shop.rice, 2), (shop.beer, 1))
    first, second = (line.uid for line in cashier.lines)
    basket = cashier.send(
        *cashier.acts(
            ("discount_line", {"line": first, "rate": "0.1", "reason": "damaged"}),
            ("override_price", {"line": second, "price": "15", "reason": "old price"}),
            ("discount_sale", {"amount": "1.00", "reason": "regular customer"}),
        )
    )
    assert all(result.ok for result in basket.results)

    pay(cashier, cash(60))


def test_with_what_the_basket_held(shop):
    cashier = shop.fill((shop.rice, 1))
    take_part(cashier.sale, card(5))

    pay(cashier, cash(20))


@pytest.mark.parametrize("has_programme", [True, False])
def test_with_a_customer(shop, has_programme):
    company = shop.shift.company
    customer = CustomerFactory(company=company, phone="+6591234567")
    if has_programme:
        LoyaltyProgrammeFactory(company=company)
    cashier = shop.fill((shop.rice, 2))
    cashier.do("attach_customer", customer=str(customer.uid))

    sale = pay(cashier, cash(40))

    assert len(sale.points_entries) == (1 if has_programme else 0)
    assert sale.customer == customer


def test_with_points_that_are_used(shop):
    company = shop.shift.company
    LoyaltyProgrammeFactory(company=company)
    customer = CustomerFactory(company=company)
    earning = shop.fill((shop.beer, 100))
    earning.do("attach_customer", customer=str(customer.uid))
    pay(earning, cash(2000))
    cashier = shop.fill((shop.rice, 3))
    cashier.do("attach_customer", customer=str(customer.uid))
    assert cashier.do("redeem_points", points=100).ok

    sale = pay(cashier, cash(60))

    assert [entry.points > 0 for entry in sale.points_entries] == [False, True]


def test_the_first_answer_has_the_paper_that_a_repeat_gets():
    shift = ShiftFactory()
    sale = make_sale(shift, lines=3)
    finalized = finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=shift.cashier)
    again = finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=shift.cashier)
    assert (finalized.is_complete, again.is_complete) == (True, False)

    papers = []
    for one in (finalized, again):
        receipt, has_paper = draw_answer(one, actor=shift.cashier)
        context = {
            "sale": receipt.sale,
            "receipt": receipt,
            "has_paper": has_paper,
            "company": shift.company,
        }
        papers.append(render_to_string("receipts/_answer_paper.html", context))

    assert papers[0] == papers[1]
    assert finalized.receipt_number in papers[0]


def test_asks_nothing_more_for_the_first_answer(django_assert_num_queries):
    shift = ShiftFactory()
    sale = make_sale(shift)
    finalized = finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=shift.cashier)

    with django_assert_num_queries(0):
        draw_answer(finalized, actor=shift.cashier)


def test_a_sale_of_another_company_is_not_there():
    with pytest.raises(type(make_sale()).DoesNotExist):
        load_finished(uuid7(), company_id=ShiftFactory().company_id)
