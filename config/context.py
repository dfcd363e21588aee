"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, bool]:
    """``is_demo``: the page says "Demo shop", since nothing in it is real."""
    return {"is_demo": settings.IS_DEMO}


def cookies(request: HttpRequest) -> dict[str, str]:
    """``csrf_cookie``: the name under which scripts find the token."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}
