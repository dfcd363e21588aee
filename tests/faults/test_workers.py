"""Killed workers: no sale is lost, and none is there twice."""

import random
import time

import pytest
from django.db import connection

from sales.models import Sale
from tests.faults.baskets import create_basket, get_till
from tests.faults.outcomes import assert_books_hold, assert_each_sale_exists_once
from tests.faults.servers import kill_worker, signed_in
from tests.faults.tills import Window, selling
from tests.faults.wsgi import PLACES

SALES = 5


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_dies(place, server, report):
    till = get_till()
    uids = [create_basket(till).uid for _ in range(SALES)]
    window = Window(server.port, signed_in(server, till=str(till.uid)))
    content = {"revision": 0, "tenders": [{"kind": "cash", "tendered": "500.00"}]}
    posts = 0

    for uid in uids:
        path = f"/sales/{uid}/finalization/"
        connection.close()
        assert window.post(path, content, **{"X-Die": place}).status is None
        is_there = Sale.objects.finalized().filter(uid=uid).exists()
        assert is_there == (place == "after COMMIT")
        while (answer := window.post(path, content)).status is None:
            posts += 1
            time.sleep(0.1)
        posts += 1

        sale = Sale.objects.finalized().get(uid=uid)
        assert (answer.status, answer.content["receipt_number"]) == (
            200,
            sale.receipt_number,
        )
        assert sale.tenders.count() == 1

    report(
        f"A worker killed {place}, {SALES} times: {SALES} sales, each there once after"
        f" {posts} posts more."
    )
    assert_books_hold()


def test_workers_that_die_at_any_moment(server, tmp_path, report):
    kills = 0

    with selling(server, tmp_path) as load:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            time.sleep(random.uniform(0.4, 1.0))
            kills += kill_worker(server, kills)
        load.await_recovery(time.monotonic())

    count = assert_each_sale_exists_once(load)
    assert load.statuses() <= {200, 503, None}
    report(
        f"{kills} workers killed while 12 windows sold: {count} sales tried,"
        f" {load.acknowledged} acknowledged, each there once."
    )
    assert_books_hold()
