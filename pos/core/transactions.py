"""Transactions: one use case, one transaction, retried where that is safe."""

import functools
import itertools
import logging
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import psycopg
from django.db import Error, connection, transaction
from psycopg import errors

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ATTEMPTS = 5
# In seconds: the least that is waited, and the most before the second attempt.
# The most doubles each time, to 160 ms before the fifth.
WAIT_MIN = 0.010
WAIT_MAX = 0.020

# Two stood in each other's way, and the server has undone one of them.
RETRYABLE = (errors.SerializationFailure, errors.DeadlockDetected)

# The arguments by which a caller names the act that a service carries out.
IDEMPOTENCY_KEYS = ("uid", "refund_uid")

logger = logging.getLogger(__name__)


def atomic_with_retry(
    service: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Let all that the service writes be written, or nothing.

    Called by another service it is a part of that one's transaction. By itself
    it has its own; and where that is lost to a deadlock, a serialization failure
    or a connection that breaks, the whole service is carried out again from its
    arguments, five times at most. So it must not change what it is given.

    A connection that breaks during COMMIT leaves open whether anything was
    written. The service is then carried out again only if the caller has named
    the act by its uid, so that the second time is known for a repeat. Nothing
    else is tried again: who waited too long for a lock has waited long enough.
    """

    @functools.wraps(service)
    def whole(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if connection.in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        for attempt in itertools.count(1):
            # A server that is not there is not waited for here.
            connection.ensure_connection()
            used = connection.connection
            is_repeatable = True
            try:
                with transaction.atomic():
                    used = connection.connection
                    result = service(*args, **kwargs)
                    is_repeatable = any(kwargs.get(name) for name in IDEMPOTENCY_KEYS)
                return result
            except Error as error:
                is_lost = used.closed and is_repeatable
                if attempt == ATTEMPTS or not (is_lost or _is_retryable(error)):
                    raise
                why = " ".join(str(error).split())
                logger.warning("%s is retried: %s", service.__qualname__, why)
            connection.close_if_unusable_or_obsolete()
            time.sleep(random.uniform(WAIT_MIN, WAIT_MAX * 2 ** (attempt - 1)))  # noqa: S311
        raise AssertionError("unreachable")

    return whole


def _is_retryable(error: Error) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and isinstance(cause, RETRYABLE)
