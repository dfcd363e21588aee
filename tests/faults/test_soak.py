"""Soak test: faults of every kind, one after the other, for as long as wanted."""

import random
import time

import pytest

from tests.faults.outcomes import assert_books_hold, assert_each_sale_exists_once
from tests.faults.servers import kill_database, kill_worker
from tests.faults.tills import selling


def test_random_faults(server, cluster, tmp_path, report, request):
    minutes = request.config.getoption("--soak")
    if not minutes:
        pytest.skip("only with --soak=MINUTES")
    faults = {
        "workers killed": lambda: kill_worker(server, random.randrange(2)),
        "databases killed": lambda: kill_database(cluster),
        "databases restarted": lambda: (cluster.stop(), cluster.start()),
    }
    done = dict.fromkeys(faults, 0)

    with selling(server, tmp_path) as load:
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end and not load.problems:
            time.sleep(random.uniform(1, 10))
            name = random.choice([*faults])
            started = time.monotonic()
            faults[name]()
            done[name] += 1
            load.await_recovery(started)

    count = assert_each_sale_exists_once(load)
    did = ", ".join(f"{times} {name}" for name, times in done.items())
    report(f"{minutes:g} minutes: {did}; {count} sales, each there once.")
    assert_books_hold()
