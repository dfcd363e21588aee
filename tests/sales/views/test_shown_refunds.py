"""Shown refunds over HTTP: what a page promises is what its request pays back."""

import re
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.support.books import assert_no_writes
from tests.support.factories import ProductFactory, make_sale
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}
SHOWN = re.compile('data-(shown-[a-z]+)="(.*?)"')


@pytest.fixture
def original(shift, staff, kopi):
    """Two packets of kopi, 11.00 in cash."""
    sale = make_sale(shift, products=[kopi], quantity=2)
    return finalize_sale(uid=sale.uid, tenders=[cash(11)], actor=staff)


@pytest.fixture
def goods(original):
    """The fields that say that one packet comes back."""
    line = original.lines.get()
    return {
        "line": str(line.uid),
        f"quantity-{line.uid}": "1",
        f"restocked-{line.uid}": "true",
    }


@pytest.fixture
def new(shift):
    """Makes the basket of what goes out, at this price."""

    def new(price: str) -> Sale:
        product = ProductFactory(company=shift.company, price=Decimal(price))
        return make_sale(shift, products=[product])

    return new


def test_a_refund_is_as_shown(client, original, goods):
    address = reverse("sales:refunds", args=[original.uid])
    fields = goods | {"uid": str(uuid7()), "reason": "unwanted", "kind": ""}
    part = client.get(address, fields, headers=SCRIPT).content.decode()
    shown = dict(re.findall('name="(shown_.*?)" value="(.*?)"', part))
    assert shown == {
        "shown_due": "5.50",
        "shown_tax": "0.46",
        "shown_tenders": "cash=5.5",
    }
    outdated = fields | shown | {"shown_due": "5.45"}

    with assert_no_writes():
        swapped = client.post(address, outdated, headers=SCRIPT)
        refused = client.post(address, outdated)
        otherwise = client.post(address, fields | shown | {"shown_tenders": "card=5.5"})

    assert swapped.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'data-code="stale"' in swapped.content.decode()
    assert refused.status_code == otherwise.status_code == HTTPStatus.CONFLICT
    assert "in another way now: cash 5.50" in otherwise.content.decode()
    client.post(address, fields | shown)
    assert Sale.objects.get(kind="refund").due == Decimal("-5.50")


def test_an_exchange_is_as_shown(client, original, goods, new):
    sale = new("2.00")
    address = reverse("sales:exchange", args=[sale.uid])
    query = goods | {"original": str(original.uid)}
    foot, pane = (
        client.get(reverse(f"sales:{name}", args=[sale.uid]), query)
        for name in ("exchange", "payment")
    )
    shown = dict(SHOWN.findall(pane.content.decode()))
    assert dict(SHOWN.findall(foot.content.decode())) == shown
    assert list(shown.values()) == ["5.50", "0.46", "cash=3.5"]
    exchange = {
        "uid": str(uuid7()),
        "original": str(original.uid),
        "reason": "wrong",
        "kind": "",
        "lines": [{"line": goods["line"], "quantity": "1", "is_restocked": True}],
    } | {name.replace("-", "_"): text for name, text in shown.items()}

    def post(**changed):
        body = {"revision": sale.revision, "tenders": []}
        body["exchange"] = exchange | changed
        return client.post(address, body, content_type="application/json")

    with assert_no_writes():
        answers = [
            post(shown_due="5.45"),
            post(shown_tax="0.45"),
            post(shown_tenders="card=3.5"),
        ]
        wrong = post(shown_due="much")

    assert {answer.status_code for answer in answers} == {HTTPStatus.CONFLICT}
    assert {answer.json()["error"]["code"] for answer in answers} == {"stale"}
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert post().status_code == HTTPStatus.OK
    assert Sale.objects.get(kind="refund").due == Decimal("-5.50")


def test_a_payment_beside_goods_says_what_these_come_to(client, original, goods, new):
    address = reverse("sales:payment", args=[new("7.20").uid])
    beside = client.get(address, goods | {"original": str(original.uid)})

    shown = SHOWN.findall(beside.content.decode())
    assert [text for _, text in shown] == ["5.50", "0.46", ""]
    assert SHOWN.findall(client.get(address).content.decode()) == []
