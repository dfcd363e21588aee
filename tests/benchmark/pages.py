"""Pages: time the till's two busiest requests through gunicorn, signed in."""

import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from math import ceil
from typing import Any
from uuid import UUID

from config.localdb import Cluster
from pos.core.ids import uuid7
from pos.models import Barcode, Till
from tests.benchmark.baskets import LINES, TENDERED, BasketMaker, open_baskets
from tests.benchmark.browser import Browser
from tests.benchmark.database import gather_statistics, postmaster
from tests.benchmark.figures import Measure, Timed, summarize
from tests.benchmark.machine import Usage, process_tree, usage, usage_between
from tests.benchmark.serving import Server
from tests.benchmark.shop import PASSWORD, USERNAME
from tests.benchmark.workers import TILLS

CONNECTIONS = TILLS
WARM_UP_SECONDS = 2.0
SCANS = 20
# More checkouts a second at one till than were ever measured.
FASTEST = 75

Act = Callable[[], Any]


class Pages:
    """Eight browsers at eight tills, each sending its next request at once."""

    def __init__(self, server: Server, cluster: Cluster, *, seconds: float) -> None:
        self.server = server
        self.cluster = cluster
        self.seconds = seconds
        self.tills = list(Till.objects.order_by("pk")[:CONNECTIONS])
        self.browsers = [self._at(till) for till in self.tills]

    def operations(self) -> Measure:
        """Scans, one a request; every fifth finishes a basket and starts another."""
        codes = list(Barcode.objects.values_list("code", flat=True))
        return self._measure([_scanning(browser, codes) for browser in self.browsers])

    def checkouts(self) -> Measure:
        """Finalizations of baskets that were prepared beforehand."""
        maker = BasketMaker(random.Random(0))
        count = int(FASTEST * (self.seconds + WARM_UP_SECONDS))
        for till in self.tills:
            maker.top_up(till, count)
        gather_statistics(self.cluster)
        return self._measure(
            [
                _paying(browser, open_baskets(till))
                for browser, till in zip(self.browsers, self.tills, strict=True)
            ]
        )

    def minutes(self) -> Measure:
        """Minutes of a busy till: twenty scans and the checkout of that basket."""
        codes = list(Barcode.objects.values_list("code", flat=True))
        return self._measure([_selling(browser, codes) for browser in self.browsers])

    def _at(self, till: Till) -> Browser:
        browser = Browser(self.server.port)
        browser.get("/sign-in/")
        browser.post_form("/sign-in/", username=USERNAME, password=PASSWORD)
        browser.post_form("/till/choice/", uid=str(uuid7()), till=str(till.uid))
        return browser

    def _measure(self, acts: Sequence[Act]) -> Measure:
        for browser in self.browsers:
            browser.close()  # it reconnects: the server soon drops an idle connection
        begin = time.monotonic() + WARM_UP_SECONDS
        end = begin + self.seconds
        with ThreadPoolExecutor(len(acts)) as pool:
            running = [pool.submit(_repeat, act, begin, end) for act in acts]
            time.sleep(max(0.0, begin - time.monotonic()))
            before = self._usage()
            time.sleep(max(0.0, end - time.monotonic()))
            used = usage_between(before, self._usage())
            return summarize([one.result() for one in running], used)

    def _usage(self) -> Usage:
        return usage(
            client=[os.getpid()],
            web=process_tree(self.server.pid),
            database=process_tree(postmaster(self.cluster)),
        )


def _scanning(browser: Browser, codes: Sequence[str]) -> Act:
    seq = LINES
    uid = uuid7()

    def scan() -> None:
        nonlocal seq, uid
        if seq == LINES:
            seq, uid = 0, uuid7()
        seq += 1
        _scan(browser, uid, seq, codes)

    return scan


def _scan(browser: Browser, uid: UUID, seq: int, codes: Sequence[str]) -> Any:
    operation = {
        "id": str(uuid7()),
        "seq": seq,
        "type": "add",
        "payload": {"code": random.choice(codes)},
    }
    answer = browser.post_json(f"/sales/{uid}/operations/", {"operations": [operation]})
    assert answer["results"][0]["ok"], answer["results"]
    return answer


def _selling(browser: Browser, codes: Sequence[str]) -> Act:
    def sell() -> None:
        uid = uuid7()
        for seq in range(1, SCANS + 1):
            answer = _scan(browser, uid, seq, codes)
        # A whole number of dollars: it is above what cash rounds the sum to.
        tenders = [{"kind": "cash", "tendered": str(ceil(Decimal(answer["due"])))}]
        content = {"revision": answer["revision"], "tenders": tenders}
        browser.post_json(f"/sales/{uid}/finalization/", content)

    return sell


def _paying(browser: Browser, uids: Sequence[Any]) -> Act:
    waiting = iter(uids)
    content = {"revision": 1, "tenders": [{"kind": "cash", "tendered": str(TENDERED)}]}

    def pay() -> None:
        browser.post_json(f"/sales/{next(waiting)}/finalization/", content)

    return pay


def _repeat(act: Act, begin: float, end: float) -> Timed:
    """Warm up until ``begin``, then go on until ``end``, both monotonic."""
    while time.monotonic() < begin:
        act()
    latencies = []
    before = started = time.monotonic()
    while before < end:
        act()
        after = time.monotonic()
        latencies.append(after - before)
        before = after
    return Timed(latencies, before - started)
