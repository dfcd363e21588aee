"""Transactions: one use case, one transaction, retried where that is safe."""

import functools
import itertools
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

import psycopg
from django.db import Error, connection, transaction
from psycopg import errors

from pos.core.errors import DomainError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ATTEMPTS = 5
# In seconds: the shortest wait, and the longest before the second attempt.
# The most doubles each time, to 160 ms before the fifth.
WAIT_MIN = 0.010
WAIT_MAX = 0.020

# Two transactions were in conflict, and the server has rolled back one of them.
RETRYABLE = (errors.SerializationFailure, errors.DeadlockDetected)

# The arguments by which a caller names the act that a service carries out.
IDEMPOTENCY_KEYS = ("uid", "refund_uid")

# The SQLSTATE of each lost attempt (empty where the connection broke), for a caller
# who has put a list here: the request log counts them.
lost_attempts: ContextVar[list[str] | None] = ContextVar("lost_attempts", default=None)

_is_within_service = ContextVar("_is_within_service", default=False)

logger = logging.getLogger(__name__)


def atomic_with_retry(
    service: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Write everything that the service writes, or nothing; retry where it is safe.

    Called by another service it joins that one's transaction. Otherwise it has its
    own; and if that is lost to a deadlock, a serialization failure or a broken
    connection, the whole service is retried with its arguments, up to five times
    in all. So it must not change its arguments.

    If a connection breaks during COMMIT, the caller cannot know whether anything
    was written. The service is then retried only if the caller has named the act by
    its uid, so that the second attempt is recognized as a repeat. Nothing else is
    retried: a lock timeout has already waited long enough.

    A refusal may leave something to be written once the transaction is rolled back,
    also that of the services around it: its ``after_rollback`` is called then.
    """

    @functools.wraps(service)
    def whole(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if _is_within_service.get():
            with transaction.atomic():
                return service(*args, **kwargs)
        call = functools.partial(service, *args, **kwargs)
        try:
            with _within_service():
                return _run(call)
        except DomainError as refusal:
            if refusal.after_rollback is not None:
                refusal.after_rollback()
            raise

    return whole


@contextmanager
def _within_service() -> Iterator[None]:
    token = _is_within_service.set(True)
    try:
        yield
    finally:
        _is_within_service.reset(token)


def _run(call: "functools.partial[Result]") -> Result:
    """Call the outermost service, and again where that is safe."""
    if connection.in_atomic_block:
        with transaction.atomic():
            return call()
    lost_by = ""
    for attempt in itertools.count(1):
        # A server that cannot be reached is not waited for here, nor logged.
        connection.ensure_connection()
        if lost_by:
            logger.warning("%s is retried: %s", call.func.__qualname__, lost_by)
        used = connection.connection
        is_repeatable = True
        try:
            with transaction.atomic():
                used = connection.connection
                result = call()
                is_repeatable = any(call.keywords.get(key) for key in IDEMPOTENCY_KEYS)
            return result
        except Error as error:
            is_lost = used.closed and is_repeatable
            if attempt == ATTEMPTS or not (is_lost or _is_retryable(error)):
                raise
            lost_by = " ".join(str(error).split())
            _count_lost_attempt(error)
        connection.close_if_unusable_or_obsolete()
        time.sleep(random.uniform(WAIT_MIN, WAIT_MAX * 2 ** (attempt - 1)))  # noqa: S311
    raise AssertionError("unreachable")


def _count_lost_attempt(error: Error) -> None:
    lost = lost_attempts.get()
    if lost is not None:
        lost.append(getattr(error.__cause__, "sqlstate", None) or "")


def _is_retryable(error: Error) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and isinstance(cause, RETRYABLE)
