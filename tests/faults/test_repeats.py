"""Repeated payments: one sale, and always the same answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from sales.models import Sale, Tender
from tests.faults.baskets import create_basket, get_till
from tests.faults.outcomes import assert_books_hold
from tests.faults.servers import signed_in
from tests.faults.tills import Window

KEYS = 100
AT_ONCE = 16


def test_sixteen_posts_at_once_of_each_of_a_hundred_sales(server, report):
    till = get_till()
    uids = [create_basket(till).uid for _ in range(KEYS)]
    cookies = signed_in(server, till=str(till.uid))
    connection.close()
    windows = [Window(server.port, cookies) for _ in range(AT_ONCE)]
    together = threading.Barrier(AT_ONCE)
    content = {"revision": 0, "tenders": [{"kind": "cash", "tendered": "500.00"}]}

    def pay(window, uid):
        together.wait(30)
        return window.post(f"/sales/{uid}/finalization/", content)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = {uid: list(pool.map(pay, windows, [uid] * AT_ONCE)) for uid in uids}

    for answered in answers.values():
        assert {answer.status for answer in answered} == {200}
        for answer in answered:
            # The next sale is another one for each window, and not of this answer.
            del answer.content["next"]
        assert all(answer == answered[0] for answer in answered)
    numbers = {answered[0].content["receipt_number"] for answered in answers.values()}
    sales = Sale.objects.filter(uid__in=uids).finalized()
    assert set(sales.values_list("receipt_number", flat=True)) == numbers
    assert len(numbers) == KEYS
    assert Tender.objects.filter(sale__in=sales).count() == KEYS
    report(
        f"{KEYS} payments posted {AT_ONCE} times at once: {len(numbers)} sales and"
        f" {KEYS * (AT_ONCE - 1):,} answers the same as the first."
    )
    assert_books_hold()
