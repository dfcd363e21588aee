"""The connection that breaks at one statement, or at COMMIT."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

COMMIT = ("COMMIT that is not heard", "COMMIT that is not answered")

Place = int | str


def say_so() -> None:
    """The statement fails, and the connection goes on."""
    raise OperationalError("no more of this")


def terminate() -> None:
    """The server ends its process."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def cut() -> None:
    """The network is gone, and nobody says so."""
    with socket.socket(fileno=socket.dup(connection.connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


class Breaking:
    """Makes the trouble once, or at the same place of every attempt."""

    def __init__(
        self, place: Place, trouble: Callable[[], None], *, is_lasting: bool
    ) -> None:
        self.place = place
        self.trouble = trouble
        self.is_lasting = is_lasting
        self.times = 0
        self._attempt: object = None
        self._count = 0

    def reach(self, place: Place) -> None:
        if place == self.place and (self.is_lasting or not self.times):
            self.times += 1
            self.trouble()

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        # A new attempt has a new connection, and begins to count again.
        if context["connection"].connection is not self._attempt:
            self._attempt, self._count = context["connection"].connection, 0
        # A savepoint stands for the transaction, which ends in any case.
        if "SAVEPOINT" not in sql:
            self._count += 1
            self.reach(self._count)
        return execute(sql, params, many, context)


@contextmanager
def breaking(
    place: Place, trouble: Callable[[], None], *, is_lasting: bool
) -> Iterator[Breaking]:
    """At the place, counted from 1, or around COMMIT, the trouble is made."""
    made = Breaking(place, trouble, is_lasting=is_lasting)
    commit = connection._commit

    def broken_commit() -> None:
        unheard, unanswered = COMMIT
        made.reach(unheard)
        commit()
        if place == unanswered and (is_lasting or not made.times):
            made.reach(unanswered)
            connection.connection.close()
            raise OperationalError("the answer to COMMIT is lost")

    connection._commit = broken_commit
    try:
        with connection.execute_wrapper(made):
            yield made
    finally:
        connection._commit = commit
