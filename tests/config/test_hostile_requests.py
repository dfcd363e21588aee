"""Hostile requests: no address answers 500, and every answer has its headers.

CI sends a few names at a time, each with the next value; elsewhere all go at once.
"""

import itertools
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config.security_headers import security_headers
from customers.models import Customer
from pos.access.sessions import LOCKED
from pos.core.ids import uuid7
from sales.models import Sale, SaleLine
from tests.admin.shop import Shop, make_back_office_shop
from tests.config.hostile import (
    OF_THE_ADMIN,
    TEXTS,
    Forms,
    addresses,
    mutations,
    names_read,
)
from tests.support.devices import enrol

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_books_check]

EXHAUSTIVE = bool(os.environ.get("CI"))
# It is not ready: the database of a test may forget.
UNREADY = "/readyz"
# The addresses are dealt out, so that several processes share them.
PARTS = 4
SIGN_OUT = ("/sign-out/", "/admin/logout/", "/account/sessions/", "/lock/")


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_back_office_shop()


@pytest.fixture
def till(shop: Shop) -> Client:
    """A browser that is the till, with its owner signed in, who may do everything."""
    browser = Client(raise_request_exception=False)
    browser.force_login(shop.owner)
    enrol(browser, shop.till)
    return browser


def known(shop: Shop) -> dict[str, str]:
    return {
        "sales/uid": shop.finished.uid,
        "shifts/uid": shop.shift.uid,
        "customers/uid": Customer.objects.get().uid,
        "position": "1",
        "object_id": str(shop.product.pk),
        "language": "en",
        "app_label": "sales",
        "content_type_id": "1",
        "version": "abc",
        "url": "nowhere/",
    }


def is_answer(response: HttpResponse, path: str) -> bool:
    """Whether it is an answer, has every header, and is stored by nobody."""
    cached = response.headers["Cache-Control"]
    return (
        (response.status_code < 500 or path == UNREADY)
        and security_headers().items() <= response.headers.items()
        and ("no-store" in cached) != ("public" in cached)
    )


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("is_admin", [False, True])
def test_every_address_answers_whatever_it_is_sent(
    shop: Shop, till: Client, is_admin: bool, part: int
):
    names, texts = names_read(), itertools.cycle(TEXTS)
    every = addresses(known(shop))
    ours = [one for one in every if one[0].startswith("/admin/") == is_admin]
    assert len(ours) > 100
    bad = []
    for path, is_known in ours[part::PARTS]:
        for sent in _fields(names, texts, is_admin, is_known):
            for ask in (till.get, till.post) if is_known or EXHAUSTIVE else (till.get,):
                answer = ask(path, sent)
                if not is_answer(answer, path):
                    bad.append((ask.__name__, path, sent, answer.status_code))
                if path in SIGN_OUT:
                    _sign_in_again(till, shop)
    assert bad == []
    # In the back office, what was sent may have closed the till.
    page = reverse("admin:ledgers" if is_admin else "sales:till")
    assert till.get(page).status_code == 200


def _sign_in_again(till: Client, shop: Shop) -> None:
    shop.owner.refresh_from_db()
    till.force_login(shop.owner)
    session = till.session
    session.pop(LOCKED, None)
    session.save()


def _fields(
    names: list[str], texts: Iterator[str], is_admin: bool, is_known: bool
) -> Iterator[dict[str, str]]:
    """All names at once, each with the next text; in CI also fewer at a time.

    The back office has most of the addresses, and reads few names of ours: there
    Django's own are sent four at a time, and ours a dozen, as all are to an address
    of the till that names nothing that is there. To such a one of the back office all
    at once are enough.
    """
    next(texts)  # or a number of names would meet the same texts each time
    yield {name: next(texts) for name in names}
    if not EXHAUSTIVE or (is_admin and not is_known):
        return
    few = [name for name in names if not is_admin or name in OF_THE_ADMIN]
    many = sorted({*names} - {*few})
    size = 4 if is_known else 12
    for some in (*batched(few, size), *batched(many, 12)):
        yield {name: next(texts) for name in some}


def batched(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


@pytest.mark.exhaustive
def test_head_is_answered_where_get_is(shop: Shop, till: Client):
    differing = []
    for path, is_known in addresses(known(shop)):
        if not is_known or (path.startswith("/admin/") and not EXHAUSTIVE):
            continue  # the pages of the back office are Django's own
        page, head = till.get(path), till.head(path)
        if page.status_code != head.status_code or head.content:
            differing.append((path, page.status_code, head.status_code))
        if not is_answer(head, path):
            differing.append((path, head.headers))
    assert differing == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(PARTS))
def test_every_field_of_every_form_takes_whatever_is_typed(
    shop: Shop, till: Client, part: int
):
    bad = []
    # A field meets the next few texts; a name in many forms meets them all.
    texts = itertools.cycle(TEXTS)
    for path, is_known in addresses(known(shop))[part::PARTS]:
        page = till.get(path) if is_known else None
        if page is None or "html" not in page.headers.get("Content-Type", ""):
            continue
        for address, method, fields in Forms(page.text, path).found:
            if address in {*SIGN_OUT, reverse("pos:account")}:
                continue
            for name in fields:
                for _ in range(8 if EXHAUSTIVE else 4):
                    sent = fields | {name: next(texts)}
                    answer = getattr(till, method)(address, sent)
                    if not is_answer(answer, address):
                        bad.append((method, address, name, sent[name]))
    assert bad == []
    # What was typed may have closed the till, and nothing more.
    assert till.get(reverse("admin:ledgers")).status_code == 200


def test_every_value_in_json_is_answered(shop: Shop, till: Client):
    basket = str(shop.open.uid)
    line = str(shop.open.lines.get().uid)
    bad = []
    for name, content in _json(shop.finished, line):
        path = reverse(f"sales:{name}", args=[basket])
        turns = itertools.count()
        for changed in mutations(content):
            some = changed if EXHAUSTIVE else [changed[next(turns) % len(changed)]]
            for one in some:
                sent = json.dumps(one)
                answer = till.post(path, sent, content_type="application/json")
                if not is_answer(answer, path):
                    bad.append((name, sent, answer.status_code))
    assert bad == []


def _json(finished: Sale, line: str) -> Iterator[tuple[str, Any]]:
    """What a till sends, by the name of the address."""
    returned = str(SaleLine.objects.get(sale=finished).uid)
    tenders = [{"kind": "cash", "tendered": "5", "reference": "x", "is_pending": True}]
    payloads = [
        ("add", {"code": "1", "quantity": "1", "price": "2.00"}),
        ("add", {"product": str(uuid7()), "quantity": "1"}),
        ("set_quantity", {"line": line, "quantity": "2"}),
        ("override_price", {"line": line, "price": "2.00", "reason": "x"}),
        ("discount_line", {"line": line, "percent": "9", "amount": "", "reason": "x"}),
        ("discount_sale", {"percent": "9", "amount": "", "reason": "x"}),
        ("attach_customer", {"customer": str(uuid7())}),
        ("redeem_points", {"points": 5}),
        ("note", {"note": "x"}),
        ("park", {"label": "x"}),
    ]
    for seq, (kind, payload) in enumerate(payloads, start=2):
        operation = {"id": str(uuid7()), "seq": seq, "type": kind, "payload": payload}
        yield "operations", {"operations": [operation]}
    yield "finalization", {"revision": 1, "tenders": tenders}
    exchange = {
        "uid": str(uuid7()),
        "original": str(finished.uid),
        "lines": [{"line": returned, "quantity": "1", "is_restocked": True}],
        "reason": "x",
        "own_reason": "y",
        "kind": "cash",
        "reference": "z",
    }
    approver = {"approver": "x", "approver_password": "y"}
    yield (
        "exchange",
        {"exchange": exchange, "tenders": tenders, "revision": 1} | approver,
    )
    yield "void", {"reason": "x"}
