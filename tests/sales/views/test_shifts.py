"""Shifts over HTTP: opened with a float, looked at, counted and closed."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import CashCount, Sale, Shift, ZReport
from tests.sales.views.conftest import CASHIER
from tests.support.devices import client_at, enrol
from tests.support.factories import (
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import card, cash, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_shift(client):
    def open_shift(amount, uid=None, **pieces):
        content = {"uid": str(uid or uuid7()), "amount": amount}
        return client.post(reverse("sales:shifts"), content | pieces)

    return open_shift


@pytest.fixture
def count(client):
    def count(shift, amount, **details):
        address = reverse("sales:shift_count", args=[shift.uid])
        content = {"uid": str(uuid7()), "amount": amount} | details
        return client.post(address, content)

    return count


@pytest.fixture
def close(client):
    def close(shift, counted="100.00", expected="100.00", reason="", **approval):
        address = reverse("sales:shift_close", args=[shift.uid])
        content = {"counted": counted, "expected": expected, "variance_reason": reason}
        return client.post(address, content | approval)

    return close


class TestOpening:
    def test_leads_to_the_till(self, open_shift, till):
        response = open_shift("200.00")

        assert response.url == reverse("sales:till")
        shift = Shift.objects.get()
        assert (shift.till, shift.opening_float) == (till, Decimal("200.000"))

    def test_counts_notes_and_coins(self, open_shift, till):
        open_shift("", **{"piece-50": "2", "piece-0.50": "2 * 10", "piece-2": "0"})

        shift = Shift.objects.get()
        assert shift.opening_float == 110
        assert shift.counts.get().pieces == {"50": 2, "2": 0, "0.50": 20}

    def test_pressed_twice_opens_one(self, open_shift, till):
        uid = uuid7()

        responses = [open_shift("200.00", uid=uid) for _ in range(2)]

        assert [response.status_code for response in responses] == [302, 302]
        assert Shift.objects.count() == 1

    @pytest.mark.parametrize("amount", ["", "-1", "NaN", "x", "1e30"])
    def test_takes_an_amount(self, open_shift, till, amount):
        response = open_shift(amount)

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Open a shift at Till 2" in response.content.decode()
        assert not Shift.objects.exists()

    @pytest.mark.parametrize(
        "pieces", ["-1", "x", "1.5", "99999 * 99999", "2 * ", "8888123450127"]
    )
    def test_takes_whole_numbers_of_pieces(self, open_shift, till, pieces):
        response = open_shift("", **{"piece-50": pieces})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = response.content.decode()
        assert "<li>Type the number in digits, at most 99,999.</li>" in page
        assert f'value="{pieces}"' in page
        assert not Shift.objects.exists()

    def test_says_of_more_than_anybody_counts_that_it_is_too_much(
        self, open_shift, till
    ):
        response = open_shift("", **{"piece-100": "94011", "piece-2": "3"})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = response.content.decode()
        assert "too large: at most 100,000." in page
        assert 'value="94011"' in page
        assert not Shift.objects.exists()

    def test_a_second_one_is_refused_in_words(self, open_shift, shift):
        response = open_shift("10.00")

        assert response.status_code == HTTPStatus.CONFLICT
        assert "A shift is already open" in response.content.decode()

    def test_proposes_what_was_counted_last(self, client, count, close, shift):
        count(shift, "100.00")
        close(shift)

        page = client.get(reverse("sales:shifts")).content.decode()

        assert "Float S$100.00 as counted last time" in page
        assert "2-Z-000001" in page

    def test_is_not_for_everybody(self, company, till):
        client = client_at(
            till, StaffMemberFactory(company=company, may=("sales.sell",))
        )

        response = client.post(
            reverse("sales:shifts"), {"uid": str(uuid7()), "amount": "1"}
        )

        assert response.status_code == HTTPStatus.FORBIDDEN
        assert not Shift.objects.exists()


class TestTheXReport:
    @pytest.fixture
    def sold(self, shift):
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[card(3), cash(7)], actor=shift.cashier)

    def test_hides_the_cash_from_a_cashier(self, client, sold):
        page = client.get(reverse("sales:shifts")).content.decode()

        assert "3.00" in page
        assert "7.00" not in page
        assert "107.00" not in page
        assert "Expected" not in page

    def test_hides_whatever_less_the_other_tenders_would_be_the_cash(
        self, client, sold
    ):
        page = client.get(reverse("sales:shifts")).content.decode()

        # What was sold, with and without GST, its GST, and the average of one sale.
        for amount in ("10.00", "9.17", "0.83"):
            assert amount not in page
        for words in ("Sold so far", "GST", "Average", "Taken<", "Grand total"):
            assert words not in page
        assert "Cash and sales totals are shown after the closing count" in page

    def test_shows_it_to_staff_who_may_see_it(self, company, sold, till):
        client = client_at(
            till,
            StaffMemberFactory(company=company, may=(*CASHIER, "sales.view_expected")),
        )

        page = client.get(reverse("sales:shifts")).content.decode()

        for amount in ("107.00", "10.00", "9.17", "0.83"):
            assert amount in page

    def test_says_what_is_held_for_open_baskets(self, client, company, sold, shift):
        basket = make_sale(shift)
        take_part(basket, card("1.25"))
        take_part(basket, cash("2.15"))
        may = (*CASHIER, "sales.view_expected")
        owner = client_at(shift.till, StaffMemberFactory(company=company, may=may))

        pages = [
            each.get(reverse("sales:shifts")).content.decode()
            for each in (client, owner)
        ]

        assert ["Held for open baskets" in page for page in pages] == [True, True]
        assert ["1.25" in page for page in pages] == [True, True]
        assert ["2.15" in page for page in pages] == [False, True]
        assert "109.15" in pages[1]

    def test_takes_as_many_queries_for_many_sales(self, client, sold, shift):
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("sales:shifts"))
        for _ in range(5):
            sale = make_sale(shift)
            finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        with CaptureQueriesContext(connection) as many:
            client.get(reverse("sales:shifts"))

        assert len(many) == len(few)


class TestClosing:
    def test_is_blind_until_the_count(self, client, count, shift):
        for name in ("shifts", "shift_count"):
            arguments = [shift.uid] if name == "shift_count" else []
            page = client.get(reverse(f"sales:{name}", args=arguments))
            assert "100.00" not in page.content.decode(), name
        close = reverse("sales:shift_close", args=[shift.uid])
        count_page = reverse("sales:shift_count", args=[shift.uid])
        assert client.get(close).url == count_page

        response = count(shift, "99.80")

        assert response.url == close
        page = client.get(close).content.decode()
        for words in ("S$99.80", "S$100.00", "Short", "−S$0.20"):
            assert words in page

    def test_leads_to_the_z_report(self, client, count, close, shift):
        count(shift, "99.80", **{"piece-50": "1", "piece-0.20": "249"})

        response = close(shift, "99.80", reason="Wrong change given")

        assert response.url == reverse("sales:z_report", args=[shift.uid]) + "?print"
        report = ZReport.objects.get()
        page = client.get(response.url).content.decode()
        for words in (
            "2-Z-000001",
            "Wrong change given",
            "−0.20",
            "20¢ × 249",
            report.fiscal_document.hash,
        ):
            assert words in page

    def test_parks_what_is_open(self, count, close, basket, shift):
        count(shift, "100.00")
        close(shift)

        assert Sale.objects.get(uid=basket["uid"]).status == Sale.Status.PARKED

    def test_wants_a_reason_for_a_difference(self, count, close, shift):
        count(shift, "99.80")

        response = close(shift, "99.80")

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Enter a reason" in response.content.decode()
        assert Shift.objects.open().exists()

    def test_is_counted_again_when_cash_has_moved(self, client, count, close, shift):
        count(shift, "100.00")
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        response = close(shift)

        assert response.url == reverse("sales:shift_count", args=[shift.uid])
        assert "Cash has moved" in client.get(response.url).content.decode()
        count(shift, "110.00")
        assert CashCount.objects.filter(moment="closing").count() == 2
        assert close(shift, "110.00", "110.00").status_code == HTTPStatus.FOUND

    def test_repeated_leads_to_the_same_z_report(self, count, close, shift):
        count(shift, "100.00")
        close(shift)

        again = close(shift)

        assert again.url == reverse("sales:z_report", args=[shift.uid])
        assert ZReport.objects.count() == 1

    @pytest.mark.parametrize("amount", ["", "-1", "NaN"])
    def test_counts_an_amount(self, count, shift, amount):
        response = count(shift, amount)

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not CashCount.objects.exists()

    def test_keeps_a_barcode_in_the_count_where_it_was_typed(self, count, shift):
        response = count(shift, "888812345.01")

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = response.content.decode()
        assert "too large: at most 100,000." in page
        assert 'value="888812345.01"' in page
        assert not CashCount.objects.exists()

    def test_of_another_till_is_not_done_from_here(self, client, count, close, shift):
        elsewhere = ShiftFactory(till=TillFactory(outlet=shift.till.outlet))
        enrol(client, shift.till)

        assert count(elsewhere, "100.00").status_code == HTTPStatus.NOT_FOUND
        assert close(elsewhere).status_code == HTTPStatus.NOT_FOUND
        assert Shift.objects.open().filter(pk=elsewhere.pk).exists()

    def test_of_another_company_is_not_there(self, count, close, till):
        stranger = ShiftFactory()

        assert count(stranger, "100.00").status_code == HTTPStatus.NOT_FOUND
        assert close(stranger).status_code == HTTPStatus.NOT_FOUND


class TestZReports:
    @pytest.fixture
    def closed(self, count, close, shift):
        count(shift, "100.00")
        close(shift)
        return shift

    def test_are_listed(self, client, closed):
        for query in ("", "?tills=all"):
            page = client.get(reverse("sales:z_reports") + query).content.decode()
            assert "2-Z-000001" in page

    def test_are_shown_where_no_till_is_chosen(self, company, till, closed):
        TillFactory(outlet=till.outlet)
        owner = Client()
        owner.force_login(StaffMemberFactory(company=company, may=CASHIER[5:6]))

        listed = owner.get(reverse("sales:z_reports"))
        one = owner.get(reverse("sales:z_report", args=[closed.uid]))

        assert "2-Z-000001" in listed.content.decode()
        assert "2-Z-000001" in one.content.decode()
        # On the roll and on the sheet.
        seal = ZReport.objects.get().fiscal_document.hash[:8]
        assert one.content.decode().count(f"Seal {seal}<") == 2

    def test_are_a_company_s_own(self, closed, till):
        stranger = StaffMemberFactory(may=CASHIER)
        TillFactory(outlet__company=stranger.company)
        client = client_at(till, stranger)

        page = client.get(reverse("sales:z_reports") + "?tills=all").content.decode()
        one = client.get(reverse("sales:z_report", args=[closed.uid]))

        assert "2-Z-000001" not in page
        assert one.status_code == HTTPStatus.NOT_FOUND

    def test_of_an_open_shift_is_not_there(self, client, shift):
        address = reverse("sales:z_report", args=[shift.uid])

        assert client.get(address).status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize("name", ["z_reports", "z_report"])
    def test_are_not_for_everybody(self, company, closed, name, till):
        client = client_at(
            till, StaffMemberFactory(company=company, may=("sales.sell",))
        )
        arguments = [closed.uid] if name == "z_report" else []

        response = client.get(reverse(f"sales:{name}", args=arguments))

        assert response.status_code == HTTPStatus.FORBIDDEN
