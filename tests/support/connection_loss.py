"""Connection loss: makes a service fail at each of its statements in turn."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import OperationalError, connection


def fail_at_each_statement(call: Callable[[], object]) -> Iterator[int]:
    """Let the call fail at its first statement, then its second, until it succeeds.

    Yields the number of the statement after each failure, so that the caller can
    check what is left in the database.
    """
    number = 1
    while not _succeeds(call, fail_at=number):
        yield number
        number += 1


def _succeeds(call: Callable[[], object], *, fail_at: int) -> bool:
    count = 0

    def fail(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        nonlocal count
        # In a test the savepoint is the service's transaction, which ends in any case.
        if "SAVEPOINT" not in sql:
            count += 1
            if count == fail_at:
                raise OperationalError("the connection is lost")
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(fail):
            call()
    except OperationalError:
        return False
    return True
