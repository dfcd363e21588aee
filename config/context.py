"""Context processor: what every page knows."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from config.javascript_catalog import javascript_catalog_url


def demo(request: HttpRequest) -> dict[str, bool]:
    """``is_demo``: whether the page shows "Demo shop", since its data is invented."""
    return {"is_demo": settings.IS_DEMO}


def cookies(request: HttpRequest) -> dict[str, str]:
    """``csrf_cookie``: the name under which scripts find the token."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}


def scripts(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """``javascript_catalog_url``: where the texts of scripts are, in this language."""
    return {"javascript_catalog_url": javascript_catalog_url}
