"""A shift is opened with a float and closed with a count."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pos.ids import uuid7
from sales.models import Sale, Shift
from tests.factories import ShiftFactory, StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_shift(client):
    def open_shift(amount, uid=None):
        content = {"uid": str(uid or uuid7()), "amount": amount}
        return client.post(reverse("sales:shifts"), content)

    return open_shift


@pytest.fixture
def count(client):
    def count(shift, amount):
        address = reverse("sales:shift_count", args=[shift.uid])
        return client.post(address, {"amount": amount})

    return count


def test_opening_leads_to_the_till(open_shift, till):
    response = open_shift("200.00")

    assert response.url == reverse("sales:till")
    shift = Shift.objects.get()
    assert (shift.till, shift.opening_float) == (till, Decimal("200.000"))


def test_pressing_twice_opens_one(open_shift, till):
    uid = uuid7()

    responses = [open_shift("200.00", uid=uid) for _ in range(2)]

    assert [response.status_code for response in responses] == [302, 302]
    assert Shift.objects.count() == 1


@pytest.mark.parametrize("amount", ["", "-1", "NaN", "x", "1e30"])
def test_a_float_is_an_amount(open_shift, till, amount):
    response = open_shift(amount)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Open a shift at Till 2" in response.content.decode()
    assert not Shift.objects.exists()


def test_a_second_shift_is_refused_in_words(open_shift, shift):
    response = open_shift("10.00")

    assert response.status_code == HTTPStatus.CONFLICT
    assert "A shift is already open" in response.content.decode()


def test_the_count_is_blind(client, shift):
    page = client.get(reverse("sales:shifts")).content.decode()

    assert "S$100.00" in page  # the float
    assert "Expected" not in page


def test_closing_shows_the_difference(client, count, shift):
    response = count(shift, "99.80")

    page = client.get(response.url).content.decode()
    assert "Expected" in page
    assert "Short" in page
    assert "−0.20" in page
    assert "Open a shift at Till 2" in page


def test_closing_parks_what_is_open(count, basket, shift):
    count(shift, "100.00")

    assert Sale.objects.get(uid=basket["uid"]).status == Sale.Status.PARKED


@pytest.mark.parametrize("amount", ["", "-1", "NaN"])
def test_a_count_is_an_amount(count, shift, amount):
    response = count(shift, amount)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    shift.refresh_from_db()
    assert shift.is_open


def test_another_tills_shift_is_not_closed_from_here(client, count, shift):
    elsewhere = ShiftFactory(till=TillFactory(outlet=shift.till.outlet))
    client.post(reverse("pos:till_choice"), {"till": str(shift.till.uid)})

    response = count(elsewhere, "100.00")

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert Shift.objects.open().filter(pk=elsewhere.pk).exists()


def test_another_companys_shift_is_not_there(count, till):
    stranger = ShiftFactory()

    assert count(stranger, "100.00").status_code == HTTPStatus.NOT_FOUND


def test_who_may_not_open_a_shift_is_told(company, till):
    client = Client()
    client.force_login(StaffMemberFactory(company=company, may=("sales.sell",)))

    response = client.post(
        reverse("sales:shifts"), {"uid": str(uuid7()), "amount": "1"}
    )

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not Shift.objects.exists()
