"""Middleware: what is done with every request and its response."""

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django_htmx.http import reswap, retarget

from config.database_errors import is_database_unavailable
from config.error_responses import (
    error_response,
    is_from_script,
    locked,
    method_not_allowed,
    signed_out,
    unavailable,
)
from config.health import healthz, readyz
from config.requests import claims_other_charset
from pos.access.audited_requests import record_refused
from pos.access.errors import DeviceOfOtherOutletError
from pos.access.lock import refuses_while_locked
from pos.access.sessions import is_back_office_idle, note_back_office
from pos.core.errors import DomainError, NotOfThisCompanyError
from sales.basket.errors import SaleElsewhereError

# What a page itself refuses; the services write what they refuse.
CLOSED_DOORS = (PermissionDenied, DeviceOfOtherOutletError)
TRIED_ON_PURPOSE = frozenset({NotOfThisCompanyError.code, SaleElsewhereError.code})
PROBES = {"/healthz": healthz, "/readyz": readyz}


class ReadableTextMiddleware:
    """Refuse text that PostgreSQL cannot hold: NUL, and what is not UTF-8.

    It also refuses content that says it is in another charset, and a header that
    says in no readable way what is wanted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if claims_other_charset(request):
            raise BadRequest("The request is not in UTF-8")
        try:
            request.accepted_types  # noqa: B018  it is read once, here
            for text in _texts(request):
                if "\0" in text:
                    raise BadRequest("NUL in the request")
                text.encode()
        except (ValueError, UnreadablePostError) as error:
            raise BadRequest("The request is not readable text") from error
        return self.get_response(request)


class ProbeMiddleware:
    """Answer the probes before the host is looked at.

    A load balancer asks each server by its address, which is in no ALLOWED_HOSTS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe and request.method in ("GET", "HEAD"):
            return probe(request)
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view needs a person who is signed in, unless it says otherwise.

    The back office needs one who was there within the last minutes, and no page is
    shown while the till is locked.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not getattr(view_func, "login_required", True):
            return answer
        if refuses_while_locked(request, view_func):
            if is_from_script(request):
                return locked()
            return super().handle_no_permission(request, view_func)
        is_admin = bool(
            request.resolver_match and request.resolver_match.app_name == "admin"
        )
        if is_admin or getattr(view_func, "is_back_office", False):
            if is_back_office_idle(request.session):
                return self.handle_no_permission(request, view_func)
            # Figures that are refreshed by themselves are no sign of a person.
            if is_admin or not is_from_script(request):
                note_back_office(request.session)
        return None

    def handle_no_permission(  # type: ignore[override]  # not only a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """Send a person to the sign-in page; answer a script with an error."""
        if is_from_script(request):
            return signed_out()
        return super().handle_no_permission(request, view_func)


class RefusalMiddleware:
    """Turn a refusal into an answer, so that views need no try/except."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return method_not_allowed(request, response.headers["Allow"])
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if request.method == "POST" and (code := _tried_on_purpose(exception)):
            record_refused(request, code)
        if isinstance(exception, DomainError):
            response = _respond_to_refusal(request, exception)
            if exception.retry_after is not None:
                response.headers["Retry-After"] = str(exception.retry_after)
            return response
        if is_database_unavailable(exception):
            return unavailable(request, exception)
        return None


def _tried_on_purpose(exception: Exception) -> str:
    """Return the code of a refusal that no page of ours leads to; else nothing.

    What is missing is answered like what is another company's, and so looks the same
    here. Services write the refusals of permissions themselves.
    """
    if isinstance(exception, CLOSED_DOORS):
        return "forbidden"
    if isinstance(exception, Http404):
        return NotOfThisCompanyError.code
    if isinstance(exception, DomainError) and exception.after_rollback is None:
        return exception.code if exception.code in TRIED_ON_PURPOSE else ""
    return ""


def _respond_to_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    if "HX-Request" in request.headers:
        messages.error(request, str(error), extra_tags=error.code)
        # The one status that htmx swaps in.
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        response = render(request, "partials/_alerts.html", status=status)
        return reswap(retarget(response, "#alerts"), "innerHTML")
    if is_from_script(request):
        return error_response(error.code, str(error), error.http_status)
    return render(request, "refused.html", {"error": error}, status=error.http_status)


def _texts(request: HttpRequest) -> Iterator[str]:
    """Return everything in the request that a view may read as text."""
    for key in ("PATH_INFO", "QUERY_STRING", "HTTP_COOKIE"):
        yield _decode(request.META.get(key, ""))
    if request.content_type == "application/json":
        yield from _strings(request.body)
    elif request.content_type == "application/x-www-form-urlencoded":
        yield _decode(request.body.decode("latin-1"))
    elif request.content_type == "multipart/form-data":
        yield from request.POST
        for values in request.POST.lists():
            yield from values[1]


def _decode(raw: str) -> str:
    """Return the text without percent-encoding and the server's Latin-1."""
    return unquote_to_bytes(raw.encode("latin-1")).decode()


def _strings(body: bytes) -> Iterator[str]:
    """Return each string in the JSON; none if it is not JSON: the view refuses that."""
    if rb"\u" not in body:
        yield body.decode()
        return
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
