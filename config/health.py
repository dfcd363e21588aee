"""Health: whether the process runs, and whether it can serve."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.applied_migrations import find_missing_migrations
from config.database_errors import is_database_unavailable
from config.doctor.database import find_read_only
from config.doctor.durability import find_unsafe_settings
from config.outages import outages
from pos.core.clock import minutes_ahead


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs. Uses neither database nor network."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether a sale can be taken and would be stored safely."""
    problems = _problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    answer: dict[str, object] = {"ready": not problems, "problems": problems}
    if "database" not in problems and (minutes := minutes_ahead()):
        # It stops no sale: documents have the database's time.
        side = "ahead of" if minutes > 0 else "behind"
        answer["warnings"] = {"clock": f"{abs(minutes)} min {side} the database's"}
    return JsonResponse(answer, status=status)


def _problems() -> dict[str, str]:
    try:
        return _read_only() | _unsafe_settings() | _missing_migrations()
    except Exception as error:
        if not is_database_unavailable(error):
            raise
        outages.begins(" ".join(str(error).split()))
        # The error itself names hosts and paths, which stay private.
        return {"database": "does not answer"}


def _read_only() -> dict[str, str]:
    found = find_read_only()
    return {"database": found} if found else {}


def _unsafe_settings() -> dict[str, str]:
    return {name: f"is {value}" for name, value in find_unsafe_settings().items()}


def _missing_migrations() -> dict[str, str]:
    missing = find_missing_migrations()
    return {"migrations": "not applied: " + ", ".join(missing)} if missing else {}
