"""Security headers: what every answer carries, from whichever part it comes.

Pages, errors, static files, and what the web server itself answers to a request
that cannot be read.
"""

from collections.abc import Callable
from functools import cache

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

NO_STORE = "no-store, private"


@cache
def security_headers() -> dict[str, str]:
    """Return the headers by name. Browsers heed HSTS only on HTTPS."""
    headers = {
        "Content-Security-Policy": build_policy(),
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Permissions-Policy": settings.PERMISSIONS_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    if settings.SECURE_HSTS_SECONDS:
        hsts = f"max-age={settings.SECURE_HSTS_SECONDS}"
        if settings.SECURE_HSTS_PRELOAD:
            hsts += "; includeSubDomains; preload"
        headers["Strict-Transport-Security"] = hsts
    return headers


class SecurityHeadersMiddleware:
    """Add the headers, and let nothing be stored that is not for everybody.

    The outermost middleware, so that an answer which another one gives has them, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in security_headers().items():
            response.headers.setdefault(name, value)
        cached = response.headers.get("Cache-Control", "")
        if "public" not in cached and "no-store" not in cached:
            response.headers["Cache-Control"] = NO_STORE
        return response
