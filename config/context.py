"""Context processor: what every page knows."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from config.javascript_catalog import javascript_catalog_url
from pos.access.requests import StaffRequest
from pos.access.tills import device_of
from sales.basket.waiting import count_waiting


def demo(request: HttpRequest) -> dict[str, bool]:
    """``is_demo``: whether the page shows "Demo shop", since its data is invented."""
    return {"is_demo": settings.IS_DEMO}


def cookies(request: HttpRequest) -> dict[str, str]:
    """``csrf_cookie``: the name under which scripts find the token."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}


def scripts(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """``javascript_catalog_url``: where the texts of scripts are, in this language."""
    return {"javascript_catalog_url": javascript_catalog_url}


def parked(request: StaffRequest) -> dict[str, Callable[[], int]]:
    """``parked_count``: how many baskets wait, once the rail asks for it."""

    def count() -> int:
        if not (request.user.company_id and request.user.has_perm("sales.sell")):
            return 0
        device = getattr(request, "device", None) or device_of(request)
        return count_waiting(device) if device else 0

    return {"parked_count": count}
