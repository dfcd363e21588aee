"""Approving what is taken off a sale, and further copies of a receipt, in the pages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Approval
from sales.checkout.finalize import finalize_sale
from sales.models import ReceiptPrint
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import (
    ProductFactory,
    ShiftFactory,
    make_sale,
    make_shop,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

PASSWORD = "kaya toast set"


@pytest.fixture
def shop(db):
    return make_shop(staff={"cashier": {}, "supervisor": {}})


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def basket(shift):
    """With one line more than a cashier takes off alone; open at no device."""
    basket = Cashier(shift)
    for product in ProductFactory.create_batch(
        6, company=shift.company, is_tracked=False
    ):
        basket.scan(product.sku)
    return basket


@pytest.fixture
def consent(shop):
    supervisor = shop.staff["supervisor"]
    supervisor.set_password(PASSWORD)
    supervisor.save(update_fields=["password"])
    return {"approver": supervisor.username, "approver_password": PASSWORD}


@pytest.fixture
def client(shop, shift):
    return client_at(shop.till, shop.staff["cashier"])


def post(client, name, uid, content):
    address = reverse(f"sales:{name}", args=[uid])
    return client.post(address, content, content_type="application/json")


def clear(client, basket):
    operation = {"id": str(uuid7()), "seq": basket.sale.last_seq + 1, "type": "clear"}
    return post(client, "operations", basket.uid, {"operations": [operation]}).json()


def test_the_panel_comes_with_a_refused_clear(client, basket):
    answer = clear(client, basket)

    assert answer["results"][0]["code"] == "approval_needed"
    texts = ("Approve taking lines off", 'value="clear"', "6 is above your limit of 5")
    for text in (*texts, "Scanned by mistake"):
        assert text in answer["approval"]
    assert len(basket.lines) == 6


def test_the_panel_approves_it(client, basket, consent):
    content = {"id": str(uuid7()), "type": "clear", "reason": "Cannot pay", **consent}

    answer = post(client, "approvals", basket.uid, content).json()

    assert (answer["approval"], basket.lines) == ("", [])
    assert answer["results"][0]["is_approved"]
    assert Approval.objects.get().reason == "Cannot pay"


def test_a_line_that_is_gone_since_has_no_panel(client, basket):
    """Nine acts in one batch: the fifth removal is refused, then approved no more."""
    lines = [str(line.uid) for line in basket.lines]
    seq = basket.sale.last_seq
    acts = [("remove", {"line": line}) for line in lines]
    acts += [("restore", {"line": lines[0]}), ("remove", {"line": lines[5]})]
    operations = [
        {"id": str(uuid7()), "seq": seq + n, "type": kind, "payload": payload}
        for n, (kind, payload) in enumerate(acts, start=1)
    ]

    answer = post(client, "operations", basket.uid, {"operations": operations}).json()

    assert [result["ok"] for result in answer["results"]] == [
        *[True] * 5,
        False,
        *[True] * 2,
    ]
    assert answer["approval"] == ""


def test_a_void_is_refused_and_then_approved(client, basket, consent):
    body = {"reason": "The customer left"}

    refused = post(client, "void", basket.uid, body)
    wrong = post(
        client, "void", basket.uid, body | consent | {"approver_password": "x"}
    )
    voided = post(client, "void", basket.uid, body | consent)

    assert refused.json()["error"]["code"] == "approval_needed"
    assert wrong.json()["error"]["code"] == "wrong_approver"
    assert voided.json()["status"] == "voided"
    assert Approval.objects.get().uid == basket.uid


def test_a_copy_is_refused_and_then_approved_once(client, shift, consent):
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    address = reverse("sales:prints", args=[sale.uid])
    for _ in range(2):
        client.post(address)

    page = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()
    refused = client.post(address, headers={"accept": "application/json"})
    content = {"uid": str(uuid7()), **consent}
    papers = [client.post(address, content).content for _ in range(2)]

    assert "A supervisor approves this copy." in page
    assert refused.json()["error"]["code"] == "approval_needed"
    assert papers[0] == papers[1]
    assert ReceiptPrint.objects.count() == 3
    assert Approval.objects.count() == 1


def test_a_print_is_answered_with_what_the_next_one_will_be(client, shift, consent):
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    address = reverse("sales:receipt", args=[sale.uid])

    def find_next(page):
        parts = re.findall(r'data-next-print="\w+">([^<]+)', page.content.decode())
        return parts[0], "Not printed yet." in parts[1], "A supervisor" in parts[1]

    seen = [find_next(client.get(address))]
    uids = [uuid7(), uuid7(), uuid7()]
    # The last one is sent again: its answer was lost.
    for uid in [*uids, uids[-1]]:
        content = {"uid": str(uid), **consent}
        printed = client.post(reverse("sales:prints", args=[sale.uid]), content)
        assert find_next(printed) == find_next(client.get(address))
        seen.append(find_next(printed))

    assert seen == [
        ("Print receipt", True, False),
        ("Print copy 1", False, False),
        ("Print copy 2", False, True),
        ("Print copy 3", False, True),
        ("Print copy 3", False, True),
    ]


def test_a_payment_asked_for_later_is_answered_without_a_paper_above_the_limit(
    client, shop, shift, monkeypatch
):
    sale = make_sale(shift)
    tenders = [{"kind": "cash", "tendered": "10.00", "reference": ""}]
    content = {"revision": sale.revision, "tenders": tenders}
    asked = [post(client, "finalization", sale.uid, content).json()]
    monkeypatch.setattr("sales.receipts.prints.FIRST_ANSWER", timedelta(hours=-1))
    asked += [post(client, "finalization", sale.uid, content).json() for _ in range(2)]

    papers = ['class="paper"' in answer["receipt"] for answer in asked]
    assert papers == [True, True, False]
    assert "COPY 1<" in asked[1]["receipt"]
    assert "A supervisor approves this copy." in asked[2]["receipt"]
    assert asked[2]["receipt_number"] == asked[0]["receipt_number"]
    assert "Sale complete" in asked[2]["complete"]
    assert ReceiptPrint.objects.count() == 2
