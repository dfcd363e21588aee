"""Hands: whatever a person does at a till, what is recorded was on the screen."""

from collections import defaultdict
from random import Random
from uuid import UUID

import pytest
from playwright.sync_api import expect

from sales.models import PartPayment, SaleLine, Tender
from tests.browser.conftest import TillPage
from tests.browser.hands.model import Taken, find_faults
from tests.browser.hands.person import Person
from tests.browser.hands.proxy import faulty_proxy
from tests.browser.hands.recording import RECORD

RUNS = 10
ACTS = 16
GOODS = 8


@pytest.fixture
def proxy(live_server):
    with faulty_proxy(live_server.url) as proxy:
        yield proxy


@pytest.fixture
def till(signed_in, page, proxy, shift, fail_on_page_errors):
    page.add_init_script(RECORD)
    return TillPage(fail_on_page_errors(page), proxy.url)


def taken_since(tender: int, part: int) -> list[Taken]:
    """The sums that were recorded after these rows, each once."""
    parts = PartPayment.objects.filter(pk__gt=part, event="taken")
    tenders = Tender.objects.filter(pk__gt=tender, part_payment=None)
    return [
        *(Taken(one.sale.uid, one.kind, one.amount) for one in parts),
        *(Taken(one.sale.uid, one.kind, one.tendered) for one in tenders),
    ]


def baskets_by_name() -> dict[str, list[UUID]]:
    """In which baskets each product is, as often as it is there."""
    found = defaultdict(list)
    for line in SaleLine.objects.select_related("sale"):
        found[line.name].extend([line.sale.uid] * int(line.quantity))
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("block", range(10))
def test_only_what_was_shown_is_recorded(till, proxy, shop, block):
    goods = list(zip(shop.names, shop.codes, strict=True))[100 - RUNS * GOODS :]
    for run in range(RUNS):
        seed = block * RUNS + run
        newest = [
            getattr(model.objects.order_by("pk").last(), "pk", 0)
            for model in (Tender, PartPayment)
        ]
        till.open()
        person = Person(till, proxy, Random(seed), goods[run * GOODS :][:GOODS])
        for _ in range(ACTS):
            person.act()

        proxy.faults.clear()
        is_quiet(till)
        recording = till.page.evaluate("recording")
        faults = list(
            find_faults(
                recording, taken_since(*newest), person.scanned, baskets_by_name()
            )
        )
        assert faults == [], f"seed {seed}: {', '.join(person.done)}"


def is_quiet(till: TillPage) -> None:
    """Wait until nothing waits for the server, and no payment is under way."""
    till.page.wait_for_timeout(100)
    expect(till.page.locator(".entry.waiting, [data-waits], .busy")).to_have_count(
        0, timeout=30_000
    )
    till.page.wait_for_timeout(100)
    till.is_settled()
