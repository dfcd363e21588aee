"""How a request that was not carried out is answered: to a page, and to a script.

A script gets ``{"error": {"code", "message"}}`` and a person gets a page. Neither
needs the database.
"""

import logging
import sys
from http import HTTPStatus

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.csrf import csrf_failure
from psycopg import errors

from config.database_errors import is_database_unavailable
from config.outages import outages

BUSY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
# Where the request log finds by what the database refused the request.
SQLSTATE = "tillkeeper.sqlstate"
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


logger = logging.getLogger(__name__)


def is_from_script(request: HttpRequest) -> bool:
    """Whether a script sent the request, and not a link or a form."""
    return (
        "HX-Request" in request.headers
        or request.headers.get("Sec-Fetch-Dest") == "empty"
        or request.content_type == "application/json"
        or _prefers_json(request)
    )


def _prefers_json(request: HttpRequest) -> bool:
    try:
        preferred = request.get_preferred_type(["text/html", "application/json"])
    except ValueError:  # the header cannot be read
        return False
    return preferred == "application/json"


def error_response(code: str, message: str, status: int) -> JsonResponse:
    """Return the error as JSON for a script."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def signed_out() -> JsonResponse:
    """Answer 401. A redirect would give a script the sign-in page as its answer."""
    return error_response(
        "signed_out", _("You are signed out."), HTTPStatus.UNAUTHORIZED
    )


def locked() -> JsonResponse:
    """Answer 401, by which a till keeps what it has not sent."""
    return error_response("locked", _("The till is locked."), HTTPStatus.UNAUTHORIZED)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The database is busy or unavailable; the same request may be sent again."""
    is_busy = isinstance(error.__cause__, BUSY)
    _note_sqlstate(request, error)
    reason = " ".join(str(error).split())
    if is_busy:
        logger.warning("%s: %s", request.path, reason)
        code = "busy"
        message = _("Someone else is changing the same thing. Please try again.")
    else:
        outages.begins(reason)
        code = "database_unavailable"
        message = _("The database does not answer. Please try again in a moment.")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if is_from_script(request):
        answer: HttpResponse = error_response(code, message, status)
    else:
        page = render_to_string("503.html", {"message": message})
        answer = HttpResponse(page, status=status)
    answer.headers["Retry-After"] = "1" if is_busy else "5"
    return answer


def _note_sqlstate(request: HttpRequest, error: BaseException) -> None:
    """Keep what the database said, also at COMMIT, which is no statement of ours."""
    request.META[SQLSTATE] = getattr(error.__cause__, "sqlstate", None)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer without reading the request again, which could fail again.

    Django's own answer looks for a token in the content.
    """
    if isinstance(exception, TOO_LARGE):
        return _too_large(request)
    if is_from_script(request):
        message = _("The request cannot be read.")
        return error_response("bad_request", message, HTTPStatus.BAD_REQUEST)
    page = render_to_string("400.html", request=request)
    return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)


def _too_large(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if is_from_script(request):
        message = _("The request is too large.")
        return error_response("too_large", message, status)
    return HttpResponse(render_to_string("413.html"), status=status)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Say so in words, with the methods that are allowed."""
    status = HTTPStatus.METHOD_NOT_ALLOWED
    if is_from_script(request):
        message = _("This address does not take such requests.")
        response: HttpResponse = error_response("method_not_allowed", message, status)
    else:
        response = HttpResponse(render_to_string("405.html"), status=status)
    response.headers["Allow"] = allowed
    return response


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_from_script(request):
        message = _("You are not allowed to do this.")
        return error_response("not_allowed", message, HTTPStatus.FORBIDDEN)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_from_script(request):
        message = _("Not found.")
        return error_response("not_found", message, HTTPStatus.NOT_FOUND)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if error and is_database_unavailable(error):
        return unavailable(request, error)
    if error:
        _note_sqlstate(request, error)
    if is_from_script(request):
        message = _("Something went wrong on the server.")
        return error_response("server_error", message, HTTPStatus.INTERNAL_SERVER_ERROR)
    return defaults.server_error(request)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A script reads its token again and repeats; a person sees Django's page."""
    if is_from_script(request):
        message = _("This page is out of date. Please reload it.")
        return error_response("csrf_failed", message, HTTPStatus.FORBIDDEN)
    return csrf_failure(request, reason)
