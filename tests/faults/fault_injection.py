"""Fault injection: a fault at one statement of a connection, or around its COMMIT."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

BEFORE_COMMIT = "COMMIT that does not arrive"
AFTER_COMMIT = "COMMIT that is not answered"
COMMIT = (BEFORE_COMMIT, AFTER_COMMIT)

# The number of a statement, or one of COMMIT.
Place = int | str


def raise_error() -> None:
    """The statement fails, and the connection goes on."""
    raise OperationalError("an error made by the test")


def terminate() -> None:
    """The server ends its process."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def cut() -> None:
    """The network is gone without notice to either side."""
    with socket.socket(fileno=socket.dup(connection.connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


class FaultInjector:
    """Calls ``fault`` once, or at the same place of every attempt."""

    def __init__(
        self, place: Place, fault: Callable[[], None], *, every_attempt: bool
    ) -> None:
        self.place = place
        self.fault = fault
        self.every_attempt = every_attempt
        self.times = 0
        self._attempt: object = None
        self._count = 0

    def reach(self, place: Place) -> None:
        if place == self.place and (self.every_attempt or not self.times):
            self.times += 1
            self.fault()

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        # A retry has a new connection, and its statements are counted from 1 again.
        if context["connection"].connection is not self._attempt:
            self._attempt, self._count = context["connection"].connection, 0
        # A savepoint is not counted: losing the connection ends the transaction.
        if "SAVEPOINT" not in sql:
            self._count += 1
            self.reach(self._count)
        return execute(sql, params, many, context)


@contextmanager
def inject_fault(
    place: Place, fault: Callable[[], None], *, every_attempt: bool = False
) -> Iterator[FaultInjector]:
    """Call ``fault`` at a statement, counted from 1, or around COMMIT."""
    injector = FaultInjector(place, fault, every_attempt=every_attempt)
    commit = connection._commit

    def commit_with_fault() -> None:
        injector.reach(BEFORE_COMMIT)
        commit()
        if place == AFTER_COMMIT and (every_attempt or not injector.times):
            injector.reach(AFTER_COMMIT)
            connection.connection.close()
            raise OperationalError("the answer to COMMIT is lost")

    connection._commit = commit_with_fault
    try:
        with connection.execute_wrapper(injector):
            yield injector
    finally:
        connection._commit = commit
