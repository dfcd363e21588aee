"""Pages: the application, in a process that kills itself where a request says so.

The header ``X-Die`` names the place. Only tests use it.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from config.wsgi import application as pages

CLAIM = 'FOR NO KEY UPDATE OF "sales_sale"'
PLACES = ("before the claim", "after the claim", "before COMMIT", "after COMMIT")


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    place = environ.get("HTTP_X_DIE")
    if place is None:
        return pages(environ, start_response)
    with _dying(place):
        return pages(environ, start_response)


@contextmanager
def _dying(place: str) -> Iterator[None]:
    """The transaction that claims the sale does not get beyond the place."""
    commit = connection._commit

    def commit_and_die() -> None:
        if place == "after COMMIT":
            commit()
        _die()

    def watched(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if CLAIM not in sql:
            return execute(sql, params, many, context)
        if place == "before the claim":
            _die()
        result = execute(sql, params, many, context)
        if place == "after the claim":
            _die()
        connection._commit = commit_and_die
        return result

    with connection.execute_wrapper(watched):
        try:
            yield
        finally:
            connection._commit = commit


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
