"""Tills: which one this browser is.

The choice remains after signing out, since the next cashier uses the same till. So
it is a signed cookie of its own, and not part of the session.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from pos.access.errors import NoTillChosenError
from pos.access.requests import StaffRequest
from pos.core.querysets import LockableQuerySet
from pos.models import Till

A_YEAR = 365 * 24 * 3600


def tills_for(request: StaffRequest) -> LockableQuerySet[Till]:
    """Return the tills that the signed-in person may use."""
    tills = Till.objects.of_company(request.user.company_id)
    return tills.filter(is_active=True).select_related("company", "outlet")


def chosen_till(request: StaffRequest) -> Till | None:
    """Return the till chosen in this browser, or the only one there is."""
    uid = request.get_signed_cookie(settings.TILL_COOKIE_NAME, default=None)
    if uid is not None:
        found = list(tills_for(request).filter(uid=uid))
    else:
        found = list(tills_for(request)[:2])
    if len(found) != 1:
        return None
    till = found[0]
    till.outlet.company = till.company
    return till


def choose_till(request: StaffRequest, response: HttpResponse, till: Till) -> None:
    """Make this browser the till from now on."""
    response.set_signed_cookie(
        settings.TILL_COOKIE_NAME,
        str(till.uid),
        max_age=A_YEAR,
        secure=settings.TILL_COOKIE_SECURE or request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def till_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the browser's till to the view; without one, ask for it first."""

    @wraps(view)
    def wrapped(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.company_id is None:
            raise PermissionDenied
        till = chosen_till(request)
        if till is not None:
            return view(request, till, *args, **kwargs)
        if "HX-Request" in request.headers or not request.accepts("text/html"):
            raise NoTillChosenError
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('pos:till_choice')}?{query}")

    return wrapped
