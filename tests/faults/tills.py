"""Tills: browser windows that sell until they are stopped.

What a window asked for and how it was answered is written to a file: that is what
the customer and the cashier know, whatever the database knows.
"""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from customers.models import Customer
from pos.core.ids import uuid7
from pos.models import Barcode, Till
from tests.faults.servers import Server, signed_in

OK = 200
UNAVAILABLE = 503
# How long a window goes on asking.
TIMEOUT_SECONDS = 90


@dataclass(frozen=True)
class Answer:
    """What came back; no status when nothing did."""

    status: int | None
    content: Any = None
    retry_after: str | None = None


@dataclass(frozen=True)
class Request:
    """One request: when it was sent and answered, and how."""

    started: float
    ended: float
    status: int | None


class Window:
    """A browser window: one request at a time, each on a connection of its own."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port = port
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": cookies["csrftoken"],
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }

    def post(self, path: str, content: object, **headers: str) -> Answer:
        link = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            link.request("POST", path, json.dumps(content), self._headers | headers)
            response = link.getresponse()
            body = response.read()
        except (OSError, HTTPException):
            return Answer(None)
        finally:
            link.close()
        if response.headers.get_content_type() != "application/json":
            return Answer(response.status, body.decode())
        retry_after = response.headers["Retry-After"]
        return Answer(response.status, json.loads(body), retry_after)


class Journal:
    """What was tried and what was acknowledged, outside of the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, *words: object) -> None:
        with self._lock, self.path.open("a") as file:
            file.write(" ".join(map(str, words)) + "\n")

    def read(self, word: str) -> list[list[str]]:
        if not self.path.exists():
            return []
        lines = map(str.split, self.path.read_text().splitlines())
        return [rest for first, *rest in lines if first == word]


@dataclass
class Load:
    """Several windows that sell; each repeats a request until it is acknowledged."""

    journal: Journal
    requests: list[Request] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def acknowledged(self) -> int:
        return len(self.journal.read("acknowledged"))

    def statuses(self, begin: float = 0, end: float = float("inf")) -> set[int | None]:
        """How requests were answered that overlap the time between."""
        return {
            one.status
            for one in self.requests
            if one.ended >= begin and one.started <= end
        }

    def recovered_after(self, moment: float) -> float | None:
        """Seconds from the moment until ten requests in a row were answered well."""
        run = 0
        for one in sorted(self.requests, key=lambda one: one.ended):
            if one.started < moment:
                continue
            run = run + 1 if one.status == OK else 0
            if run == 10:
                return one.ended - moment
        return None

    def await_recovery(self, moment: float, *, seconds: float = 30) -> float:
        while (recovered := self.recovered_after(moment)) is None:
            assert time.monotonic() < moment + seconds, "it does not come back"
            time.sleep(0.05)
        return recovered


@contextmanager
def selling(server: Server, directory: Path, *, windows: int = 12) -> Iterator[Load]:
    """The windows sell during the block, and finish their last sale after it."""
    cookies = _sign_in_at_tills(server)
    goods = _goods()
    connection.close()
    load = Load(Journal(directory / "journal"))
    threads = [
        threading.Thread(
            target=_sell_on,
            args=(Window(server.port, cookies[n % len(cookies)]), load, goods),
        )
        for n in range(windows)
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join(TIMEOUT_SECONDS + 30)


def _sign_in_at_tills(server: Server, tills: int = 6) -> list[dict[str, str]]:
    uids = Till.objects.order_by("pk").values_list("uid", flat=True)[:tills]
    return [signed_in(server, till=str(uid)) for uid in uids]


def _goods() -> tuple[list[str], list[UUID]]:
    """Codes that can be scanned, and the customers who come."""
    codes = Barcode.objects.values_list("code", flat=True)
    return list(codes), list(Customer.objects.values_list("uid", flat=True))


def _sell_on(window: Window, load: Load, goods: tuple[list[str], list[UUID]]) -> None:
    while not load.stop.is_set() and not load.problems:
        try:
            _sell(window, load, goods)
        except AssertionError as problem:
            load.problems.append(str(problem))


def _sell(window: Window, load: Load, goods: tuple[list[str], list[UUID]]) -> None:
    codes, customers = goods
    acts = [("add", {"code": code}) for code in random.choices(codes, k=5)]
    acts.append(("attach_customer", {"customer": str(random.choice(customers))}))
    uid = uuid7()
    operations = [
        {"id": str(uuid7()), "seq": seq, "type": kind, "payload": payload}
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]
    load.journal.write("tried", uid)
    basket = _insist(
        window, load, f"/sales/{uid}/operations/", {"operations": operations}
    )
    paid = _insist(
        window,
        load,
        f"/sales/{uid}/finalization/",
        {
            "revision": basket["revision"],
            "tenders": [{"kind": "cash", "tendered": "500.00"}],
        },
    )
    load.journal.write("acknowledged", uid, paid["receipt_number"])


def _insist(window: Window, load: Load, path: str, content: object) -> Any:
    """Ask until it is done, as the till's queue does, though not as often."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        started = time.monotonic()
        answer = window.post(path, content)
        load.requests.append(Request(started, time.monotonic(), answer.status))
        if answer.status == OK:
            return answer.content
        assert answer.status in (None, UNAVAILABLE), f"{path}: {answer}"
        assert answer.status is None or answer.retry_after, f"{path}: {answer}"
        time.sleep(random.uniform(0.05, 0.25))
    raise AssertionError(f"{path} was never answered")
