"""The database going away in the middle of a service."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import OperationalError, connection


def failing_at_each_statement(call: Callable[[], object]) -> Iterator[int]:
    """Let the call fail at its first statement, then its second, until it succeeds.

    Yields the place after each failure, for a look at what is left behind.
    """
    place = 1
    while not _succeeds(call, place):
        yield place
        place += 1


def _succeeds(call: Callable[[], object], place: int) -> bool:
    count = 0

    def fail(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        nonlocal count
        # A savepoint stands for the transaction, which ends in any case.
        if "SAVEPOINT" not in sql:
            count += 1
            if count == place:
                raise OperationalError("the connection is gone")
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(fail):
            call()
    except OperationalError:
        return False
    return True
