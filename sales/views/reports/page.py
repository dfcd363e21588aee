"""Page: what every page of figures shares with the rest of the back office."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pos.access.office_menu import menu_of
from pos.access.requests import StaffRequest
from pos.access.working_company import company_of, may_choose_company
from pos.models import Company

View = Callable[..., HttpResponseBase]


def office_page(*permissions: str, method: str = "GET") -> Callable[[View], View]:
    """Let in who may enter the back office and has these permissions.

    It is a page of the back office: after a pause the person is asked who they are. A
    person without a company is asked for one first. The view gets the company.
    """

    def decorate(view: View) -> View:
        @require_http_methods([method, "HEAD"] if method == "GET" else [method])
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            company = company_of(request)
            if company is None and may_choose_company(request):
                return redirect("admin:company")
            if company is None or not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(request, company, *args, **kwargs)

        entered: View = admin.site.admin_view(asked)
        entered.is_back_office = True  # type: ignore[attr-defined]  # for middleware
        return entered

    return decorate


def frame_context(request: StaffRequest, company: Company) -> dict[str, Any]:
    """Return what the frame around the figures shows."""
    return {
        "company": company,
        "menu": menu_of(admin.site, request),
        "may_choose_company": may_choose_company(request),
    }


def is_fragment(request: HttpRequest) -> bool:
    """Whether only the figures are asked for, to take the place of those shown."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request
