"""Database faults: it is killed, restarted or out of connections."""

import time

import psycopg
import pytest

from config.localdb import roles
from config.localdb.conf import SUPERUSER
from tests.faults.outcomes import assert_books_hold, assert_each_sale_exists_once
from tests.faults.servers import kill_database
from tests.faults.tills import selling

ROUNDS = 5


def test_killed_under_load_loses_nothing_that_was_acknowledged(
    server, cluster, tmp_path, report
):
    """The server of the pages starts it again, as on a shop's one machine."""
    seconds = []

    with selling(server, tmp_path) as load:
        for _ in range(ROUNDS):
            time.sleep(1.5)
            killed_at = time.monotonic()
            kill_database(cluster)
            seconds.append(load.await_recovery(killed_at))

    count = assert_each_sale_exists_once(load)
    assert load.statuses() <= {200, 503, None}
    report(
        f"The database killed {ROUNDS} times under load: {count} sales acknowledged,"
        f" none lost, none twice; back after at most {max(seconds):.1f} s."
    )
    assert_books_hold()


def test_killed_and_started_again_by_others(remote_server, cluster, tmp_path, report):
    seconds = []

    with selling(remote_server, tmp_path) as load:
        for _ in range(2):
            time.sleep(1.5)
            killed_at = time.monotonic()
            kill_database(cluster)
            time.sleep(0.5)
            cluster.start()
            seconds.append(load.await_recovery(killed_at))

    count = assert_each_sale_exists_once(load)
    assert load.statuses() == {200, 503}
    report(
        f"Killed twice, and started by others: {count} sales, none lost, none twice;"
        f" back after at most {max(seconds):.1f} s."
    )
    assert_books_hold()


def test_a_restart_is_503_while_it_lasts_and_nothing_else(
    remote_server, cluster, tmp_path, report
):
    with selling(remote_server, tmp_path) as load:
        time.sleep(2)
        started = time.monotonic()
        cluster.stop()
        time.sleep(0.5)
        cluster.start()
        ready = time.monotonic()
        recovered = load.await_recovery(started)
        time.sleep(2)

    count = assert_each_sale_exists_once(load)
    assert load.statuses(begin=0, end=started - 0.01) >= {200}
    assert load.statuses(started, ready) <= {200, 503}
    before = {one.status for one in load.requests if one.ended < started}
    after = {one.status for one in load.requests if one.started > ready}
    assert before == after == {200}
    refused = sum(one.status == 503 for one in load.requests)
    report(
        f"Restarted under load: {refused} requests answered 503 meanwhile, all others"
        f" 200; {count} sales, each there once; back after {recovered:.1f} s."
    )
    assert_books_hold()


@pytest.fixture
def few_connections(cluster):
    """Six connections for the serving role, and sixteen threads that want one."""
    with psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as superuser:
        yield lambda limit: superuser.execute(
            f"ALTER ROLE {roles.APP} CONNECTION LIMIT {limit}"
        )
        superuser.execute(f"ALTER ROLE {roles.APP} CONNECTION LIMIT -1")


def test_too_few_connections_are_503_and_nothing_else(
    few_connections, server, tmp_path, report
):
    with selling(server, tmp_path, windows=16) as load:
        few_connections(6)
        started = time.monotonic()
        time.sleep(5)
        limited = [one.status for one in load.requests if one.started > started]
        few_connections(-1)

    count = assert_each_sale_exists_once(load)
    assert load.statuses() == {200, 503}
    report(
        f"Six connections for sixteen threads: {limited.count(200)} requests answered"
        f" 200, {limited.count(503)} answered 503, none otherwise; {count} sales, each"
        " there once."
    )
    assert_books_hold()
