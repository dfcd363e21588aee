"""Tenders on a receipt over HTTP: confirmed and corrected."""

from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, Tender, TenderConfirmation, TenderCorrection
from sales.shifts.close import close_shift
from tests.sales.views.conftest import CASHIER
from tests.support.devices import client_at
from tests.support.factories import ShiftFactory, StaffMemberFactory, make_sale
from tests.support.refunds import make_refund, sell_products
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(company, supervisor, till):
    may = (*CASHIER, "sales.correct_tender")
    return client_at(till, StaffMemberFactory(company=company, may=may))


@pytest.fixture
def sale(shift, staff):
    """4.00 of PayNow to be confirmed, and 6.00 in cash."""
    sale = make_sale(shift)
    tenders = [replace(paynow(4, ""), is_pending=True), cash(6)]
    return finalize_sale(uid=sale.uid, tenders=tenders, actor=staff)


def shown(client, sale):
    return client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()


def confirm(client, sale, position=1, **fields):
    address = reverse("sales:tender_confirmation", args=[sale.uid, position])
    return client.post(address, {"uid": uuid7(), "reference": "FT 42"} | fields)


def correct(client, sale, position=2, **fields):
    address = reverse("sales:tender_correction", args=[sale.uid, position])
    wanted = {"uid": uuid7(), "kind": "card", "reason": "Wrong button"}
    approval = {"approver": "hafiz", "approver_password": "kaya-toast-set"}
    return client.post(address, wanted | approval | fields)


class TestConfirmation:
    def test_is_asked_for_and_then_confirmed(self, client, sale):
        before = shown(client, sale)
        answer = confirm(client, sale)
        after = shown(client, sale)

        assert "PayNow S$4.00 to be confirmed" in before
        assert answer["Location"] == reverse("sales:receipt", args=[sale.uid])
        assert "PayNow S$4.00 confirmed by" in after
        assert "FT 42" in after
        assert "The payment is confirmed." in after

    def test_the_receipts_say_how_many_wait(self, client, sale, shift, staff):
        other = make_sale(shift)
        finalize_sale(uid=other.uid, tenders=[cash(10)], actor=staff)
        address = reverse("sales:receipts")

        page = client.get(address).content.decode()
        waiting = client.get(address, {"pending": 1}).content.decode()

        assert 'To be confirmed <span class="tab-count">1</span>' in page
        assert sale.receipt_number in waiting
        other.refresh_from_db()
        assert other.receipt_number not in waiting

        confirm(client, sale)
        assert "To be confirmed" not in client.get(address).content.decode()
        assert client.get(address, {"pending": 1}).status_code == HTTPStatus.OK

    def test_without_a_reference_it_is_asked_for_again(self, client, sale):
        answer = confirm(client, sale, reference=" ")

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Type the reference shown by the bank." in answer.content.decode()
        assert not TenderConfirmation.objects.exists()

    def test_what_is_refused_stays_in_the_field_with_its_reason(self, client, sale):
        answer = confirm(client, sale, reference="4111 1111 1111 1111")

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = answer.content.decode()
        assert 'value="4111 1111 1111 1111"' in page
        assert "This looks like a card number." in page
        assert sale.receipt_number in page
        assert not TenderConfirmation.objects.exists()

    def test_until_then_the_receipt_is_not_paid(self, client, sale):
        before = shown(client, sale)
        confirm(client, sale)
        after = shown(client, sale)

        # In the list, on the receipt, and on the paper, which stays as it was printed.
        assert before.count("PayNow (to be confirmed)") == 3
        assert "Paid</span>" not in before
        assert after.count("PayNow (to be confirmed)") == 1
        assert "Paid</span>" in after

    def test_a_second_one_is_refused(self, client, sale):
        confirm(client, sale)

        assert confirm(client, sale).status_code == HTTPStatus.CONFLICT
        assert TenderConfirmation.objects.count() == 1

    def test_sent_twice_it_is_one(self, client, sale):
        uid = uuid7()

        answers = [confirm(client, sale, uid=uid) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [HTTPStatus.FOUND] * 2

    @pytest.mark.parametrize("position", [9, 99999])
    def test_of_no_tender_is_not_found(self, client, sale, position):
        assert confirm(client, sale, position).status_code == HTTPStatus.NOT_FOUND

    def test_of_another_companys_is_not_found(self, client, sale):
        shift = ShiftFactory()
        other = make_sale(shift)
        tenders = [replace(paynow(10), is_pending=True)]
        finalize_sale(uid=other.uid, tenders=tenders, actor=shift.cashier)

        assert confirm(client, other).status_code == HTTPStatus.NOT_FOUND
        assert Tender.objects.pending().count() == 2


class TestCorrection:
    def test_is_offered_and_then_confirmed(self, client, sale):
        before = shown(client, sale)
        correct(client, sale)
        after = shown(client, sale)

        assert "Correct Cash S$6.00" in before
        assert "S$6.00 corrected from Cash to Card by" in after
        assert "The tender is corrected." in after
        # In the list and on the receipt; what is corrected next is a card.
        assert after.count("Card (corrected)") == 2
        assert "Correct Card S$6.00" in after

    def test_to_or_from_cash_a_supervisor_approves_it(self, client, sale, supervisor):
        nobody = correct(client, sale, approver="", approver_password="")
        wrong = correct(client, sale, approver_password="kaya")
        assert (nobody.status_code, wrong.status_code) == (422, 422)
        assert "A supervisor has to approve this." in nobody.content.decode()
        assert "To or from cash or a voucher a supervisor has to approve it." in shown(
            client, sale
        )
        assert not TenderCorrection.objects.exists()

        correct(client, sale)

        assert TenderCorrection.objects.get().approved_by == supervisor
        assert f"(Approved: {supervisor})" in shown(client, sale)

    def test_offers_what_the_company_takes_besides(self, client, shift, staff):
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[card(10)], actor=staff)

        page = shown(client, sale)

        for kind, offered in (("cash", 1), ("card", 0), ("paynow", 1), ("nets", 0)):
            assert page.count(f'<option value="{kind}">') == offered

    def test_is_not_offered_to_who_may_not(self, company, sale, staff, till):
        client = client_at(till, staff)

        assert "Correct Cash" not in shown(client, sale)
        assert correct(client, sale).status_code == HTTPStatus.FORBIDDEN

    def test_has_the_reference_of_the_kind_that_it_is_now(self, client, shift):
        sale = sell_products(shift, "6.00", tenders=[card(6, "056012")])
        before = shown(client, sale)
        correct(client, sale, position=1, kind="paynow", reference="N-77")
        after = shown(client, sale)

        assert "<dd>056012</dd>" in before
        assert "<dd>N-77</dd>" in after
        assert "<dd>056012</dd>" not in after

    def test_corrected_back_it_is_to_be_confirmed_again(self, client, sale):
        correct(client, sale, position=1)
        between = shown(client, sale)
        correct(client, sale, position=1, kind="paynow")

        assert "PayNow S$4.00 to be confirmed" not in between
        assert "PayNow S$4.00 to be confirmed" in shown(client, sale)

    def test_is_not_offered_for_what_comes_to_nothing(self, client, shift):
        sale = sell_products(shift, "0.02", tenders=[cash(5)])

        assert "Correct Cash" not in shown(client, sale)
        answer = correct(client, sale, position=1)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_is_not_offered_once_some_was_refunded(self, client, sale, shift):
        assert "Correct Cash" in shown(client, sale)
        approver = StaffMemberFactory(
            company=shift.company, may=("sales.approve_refund",)
        )
        make_refund(sale, shift=shift, approved_by=approver)

        assert "Correct Cash" not in shown(client, sale)

    def test_is_not_offered_once_the_shift_is_closed(self, client, sale, shift, staff):
        close_shift(uid=shift.uid, counted_cash=Decimal(106), actor=staff)

        assert "Correct Cash" not in shown(client, sale)
        answer = correct(client, sale)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    @pytest.mark.parametrize(
        "fields", [{"reason": ""}, {"kind": "nets"}, {"kind": ""}, {"uid": "x"}]
    )
    def test_what_is_missing_is_asked_for(self, client, sale, fields):
        answer = correct(client, sale, **fields)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = answer.content.decode()
        assert '<details class="tender-correction" open>' in page
        assert 'class="errorlist"' in page
        assert not TenderCorrection.objects.exists()

    @pytest.mark.parametrize("name", ["reference", "reason"])
    def test_a_card_number_is_reported_in_its_field(self, client, sale, name):
        answer = correct(client, sale, **{name: "4111 1111 1111 1111"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = answer.content.decode()
        assert 'value="4111 1111 1111 1111"' in page
        assert "This looks like a card number." in page

    def test_of_an_open_sale_is_not_found(self, client, shift):
        sale = make_sale(shift)

        assert correct(client, sale).status_code == HTTPStatus.NOT_FOUND
        assert Sale.objects.open().exists()
