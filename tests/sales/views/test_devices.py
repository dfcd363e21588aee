"""Two browsers at one till: each is shown its own basket, and no other."""

import json
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import Sale
from tests.support.books import assert_no_writes
from tests.support.devices import client_at
from tests.support.factories import StaffMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(company, till, shift):
    """Another person at another device of the same till."""
    person = StaffMemberFactory(
        company=company, may=("sales.sell", "sales.finalize_sale", "sales.void_sale")
    )
    return client_at(till, person)


@pytest.fixture
def send(colleague):
    """Post JSON from the colleague's device."""

    def send(name, uid, content):
        return colleague.post(
            reverse(f"sales:{name}", args=[uid]),
            json.dumps(content),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    return send


def act(seq, kind, **payload):
    row = {"id": str(uuid7()), "seq": seq, "type": kind, "payload": payload}
    return {"operations": [row]}


def test_each_page_shows_the_basket_of_its_own_device(client, colleague, basket, send):
    uid = uuid7()
    send("operations", uid, act(1, "add", code="8888123450127"))

    mine = client.get(reverse("sales:till")).text
    theirs = colleague.get(reverse("sales:till")).text

    assert f'data-sale="{basket["uid"]}"' in mine
    assert f'data-sale="{basket["uid"]}"' not in theirs
    assert "Lim Wei Jie" not in theirs
    assert "S$5.50" in theirs
    parked = colleague.get(reverse("sales:parked"), {"exclude": uid}).text
    assert "No parked sales" in parked


def test_an_act_on_the_other_ones_basket_is_refused_and_says_where_it_is(
    basket, send, kopi
):
    answer = send("operations", basket["uid"], act(3, "add", code="8888123450127"))

    [result] = answer.json()["results"]
    assert (result["ok"], result["code"]) == (False, "sale_elsewhere")
    assert "a device of this till" in answer.json()["html"]
    assert Sale.objects.get().total == 11


@pytest.mark.parametrize(
    ("address", "content"),
    [
        (
            "finalization",
            {
                "revision": 1,
                "tenders": [{"kind": "cash", "tendered": "11.00", "reference": ""}],
            },
        ),
        ("void", {"reason": "Mistake"}),
        (
            "part_payments",
            {
                "uid": str(uuid7()),
                "kind": "cash",
                "tendered": "5.00",
                "reference": "",
            },
        ),
    ],
)
def test_a_hand_made_request_about_the_other_ones_basket_is_refused(
    basket, send, address, content
):
    with assert_no_writes():
        answer = send(address, basket["uid"], content)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.json()["error"]["code"] == "sale_elsewhere"


def test_a_parked_basket_is_recalled_at_the_other_device(
    operate, colleague, send, basket
):
    operate(basket["uid"], ("park", {}), seq=3)
    assert basket["uid"] in colleague.get(reverse("sales:parked")).text

    answer = send("operations", basket["uid"], act(4, "recall"))

    assert answer.json()["status"] == "open"
    assert f'data-sale="{basket["uid"]}"' in colleague.get(reverse("sales:till")).text
