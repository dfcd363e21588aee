"""Guessing at once: sixteen guesses at the same moment count as sixteen.

Both fail with the lock of ``begin_attempt`` taken out: more than five are compared.
"""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from pos.access.attempt_limits import WRONG_IN_A_ROW_MAX
from pos.core.ids import uuid7
from tests.pos.access import doors
from tests.support.concurrency import run_together
from tests.support.devices import client_at, enrol
from tests.support.factories import ShiftFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shift(checks):
    return ShiftFactory()


@pytest.fixture
def supervisor(shift):
    person = StaffMemberFactory(company=shift.company)
    person.set_password("kaya-toast-set")
    person.save(update_fields=["password"])
    return person


def test_sixteen_who_sign_in(shift, supervisor, checks):
    clients = [Client() for _ in range(16)]
    for client in clients:
        enrol(client, shift.till)
    sent = doors.sign_in(supervisor)

    run_together(
        *(partial(client.post, reverse("sign_in"), sent) for client in clients)
    )

    assert len(checks) == WRONG_IN_A_ROW_MAX


def test_sixteen_who_ask_for_an_approval(shift, supervisor, checks):
    clients = [client_at(shift.till, shift.cashier) for _ in range(16)]
    address = reverse("sales:shift_no_sale", args=[shift.uid])
    sent = {"uid": uuid7(), "reason": "Jam"} | doors.approval(supervisor)

    run_together(*(partial(client.post, address, sent) for client in clients))

    assert len(checks) == WRONG_IN_A_ROW_MAX
