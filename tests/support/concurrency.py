"""Concurrency: service calls that run at the same moment, in real threads.

None of them may be retried: a deadlock that a second attempt gets over is still
one, and a sign that rows are locked out of order.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connection, transaction

from pos.core.errors import DomainError
from tests.support.lock_order import check_lock_order


def run_together(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, one connection each.

    Returns results in order, with a DomainError in place of a refused one.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        connection.ensure_connection()
        start.wait(timeout=10)
        return _run_on_own_connection(call)

    with assert_no_retry(), ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def run_behind(first: Callable[[], object], second: Callable[[], object]) -> object:
    """Run ``second`` when ``first`` is done and not yet committed.

    ``second`` must wait for a lock of ``first``, and continues once that is
    committed. Returns what it returns, or the DomainError that refuses it.
    """
    with assert_no_retry(), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(_run_on_own_connection, second)
            _wait_until_blocked(waiting)
        return waiting.result(timeout=10)


@contextmanager
def assert_no_retry() -> Iterator[None]:
    """Fail if a service was retried."""
    listener = _Listener()
    logger = logging.getLogger("pos.core.transactions")
    logger.addHandler(listener)
    try:
        yield
    finally:
        logger.removeHandler(listener)
    assert listener.messages == []


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _run_on_own_connection(call: Callable[[], object]) -> object:
    try:
        with check_lock_order(connection):
            return call()
    except DomainError as error:
        return error
    finally:
        connection.close()


def _wait_until_blocked(waiting: Future[object]) -> None:
    """Return as soon as another connection waits for a lock of this one."""
    for _ in range(200):
        assert not waiting.done(), "the second did not wait for the first"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("the second never came to wait")
