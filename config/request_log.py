"""Request log: an id for every request, and with ``LOG_FORMAT=json`` a line for it.

Nothing in the line was typed by anybody: no address, query, content, token or name.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from config.error_responses import SQLSTATE
from config.logs import request_id
from pos.access.working_company import company_id_of
from pos.core.transactions import lost_attempts
from pos.models import StaffMember

HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_READABLE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")

logger = logging.getLogger(__name__)


class RequestLogMiddleware:
    """Give the request an id and its answer the same, and log what became of it.

    The outermost middleware, so that the line has the time and the status of whatever
    part answers. It reads nothing that the request has not read itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(_find_id(request))
        try:
            if logger.isEnabledFor(logging.INFO):
                response = self._answer_and_log(request)
            else:
                response = self.get_response(request)
            response.headers[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    def _answer_and_log(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        statements = Statements()
        lost: list[str] = []
        token = lost_attempts.set(lost)
        try:
            with connection.execute_wrapper(statements):
                response = self.get_response(request)
        finally:
            lost_attempts.reset(token)
        lasted = time.perf_counter() - started
        match = request.resolver_match
        of_database = [*lost, statements.sqlstate, request.META.get(SQLSTATE)]
        answered = {
            **_find_people(request),
            "route": match.view_name if match else None,
            "method": request.method if request.method in METHODS else "other",
            "status": response.status_code,
            "ms": round(lasted * 1000, 1),
            "sql": statements.count,
            "sql_ms": round(statements.seconds * 1000, 1),
            "retries": len(lost),
            "sqlstate": next(filter(None, reversed(of_database)), None),
            "bytes": _measure(response),
        }
        message = f"{answered['method']} {answered['route']} {answered['status']}"
        logger.info(message, extra={"answered": answered})
        return response


class Statements:
    """Counts and times the statements of a request, and keeps the last SQLSTATE."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.sqlstate: str | None = None

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Execute the statement as it would have been without this."""
        started = time.perf_counter()
        try:
            return execute(*statement)
        except Error as error:
            self.sqlstate = getattr(error.__cause__, "sqlstate", None)
            raise
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


def _find_id(request: HttpRequest) -> str:
    """Return the id that the proxy has given the request, or else a new one."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return given if _READABLE_ID.fullmatch(given) else uuid4().hex


def _find_people(request: HttpRequest) -> dict[str, int | None]:
    """Return the keys of who asked and where, as far as the request has read them."""
    till = getattr(request, "till", None)
    person = _find_person(request)
    return {
        "company": company_id_of(request) if person else None,
        "outlet": till.outlet_id if till else None,
        "till": till.pk if till else None,
        "person": person.pk if person else None,
    }


def _find_person(request: HttpRequest) -> StaffMember | None:
    """Return whose session came with the request, or who has just signed in."""
    person = getattr(request, "_cached_user", None)
    if isinstance(person, StaffMember):
        return person
    person = vars(request).get("user")
    # Django reads the person when somebody asks, and here nobody may be the first.
    if getattr(person, "_wrapped", None) is empty:
        return None
    return person if isinstance(person, StaffMember) else None


def _measure(response: HttpResponse) -> int | None:
    """Return the bytes of the content; a file says itself how many it has."""
    if response.streaming:
        length = response.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None
    return len(response.content)
