"""Workers: processes that sell, each at a till of its own."""

import random
import signal
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from tests.benchmark.database import connect_django
from tests.benchmark.figures import Timed

# One for each process or browser that sells at the same time.
TILLS = 8


class Worker:
    """A process that runs the jobs it is sent, one at a time."""

    def __init__(self, number: int, environment: dict[str, str]) -> None:
        context = get_context("spawn")
        self._pipe, child = context.Pipe()
        self.process = context.Process(
            target=_work, args=(number, environment, child), daemon=True
        )
        self.process.start()
        child.close()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def send(self, job: str, *arguments: object) -> None:
        self._pipe.send((job, arguments))

    def answer(self) -> Any:
        return self._pipe.recv()

    def end(self) -> None:
        self._pipe.close()
        self.process.join(10)
        if self.process.is_alive():
            self.process.terminate()


def run_in_parallel(
    workers: Sequence[Worker], job: str, *arguments: object
) -> list[Any]:
    """Let all run the job at the same time; return their answers in order."""
    for worker in workers:
        worker.send(job, *arguments)
    return [worker.answer() for worker in workers]


def _work(number: int, environment: dict[str, str], pipe: Connection) -> None:
    # Ctrl-C is handled by the parent process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connect_django(environment)
    # Models can be imported from here on.
    from pos.models import Till
    from tests.benchmark.baskets import BasketMaker, open_baskets
    from tests.benchmark.implementations import bare_connection, implementations

    till = Till.objects.select_related("company").order_by("pk")[number]
    maker = BasketMaker(random.Random(number))
    ways = implementations(bare_connection())

    def count(name: str) -> int:
        return ways[name].count(open_baskets(till)[0])

    def sell(name: str, begin: float, end: float) -> Timed:
        return _sell(ways[name].finalize, open_baskets(till), begin, end)

    jobs = {
        "top up": lambda wanted: maker.top_up(till, wanted),
        "count": count,
        "sell": sell,
    }
    while True:
        try:
            job, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(jobs[job](*arguments))


def _sell(finalize: Any, uids: Sequence[Any], begin: float, end: float) -> Timed:
    """Warm up until ``begin``, then sell until ``end``, both monotonic."""
    waiting = iter(uids)
    for uid in waiting:
        finalize(uid)
        if time.monotonic() >= begin:
            break
    latencies = []
    before = started = time.monotonic()
    for uid in waiting:
        if before >= end:
            return Timed(latencies, before - started)
        finalize(uid)
        after = time.monotonic()
        latencies.append(after - before)
        before = after
    return Timed(latencies, before - started, ran_out=True)
