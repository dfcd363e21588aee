"""The back office as a whole: its address, its name, and who may enter."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from psycopg import errors

from pos.access.errors import ChangedMeanwhileError
from pos.access.first_hour import (
    bring_back_first_hour,
    dismiss_first_hour,
    show_first_hour,
)
from pos.access.office_menu import LEDGERS, OVERVIEW, menu_of, sort_into_places
from pos.access.sessions import is_back_office_idle
from pos.access.working_company import CHOSEN_COMPANY, company_of, may_choose_company
from pos.access.wrong_tries import alarm_of
from pos.models import Company, StaffMember

CLOSED = frozenset({"view_on_site", "password_change_done"})
CONFLICTS = (errors.UniqueViolation, errors.ForeignKeyViolation)


@contextmanager
def _conflicts_refused() -> Iterator[None]:
    """Refuse what another request has made impossible since it was validated."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.__cause__, CONFLICTS):
            raise ChangedMeanwhileError from error
        raise


def _refuse_empty_to_field(request: HttpRequest) -> None:
    """Refuse a reference to a field without a name, as Django does any other it lacks.

    Django checks the name only where there is one, and then looks for ``""``.
    """
    if request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR)) == "":
        raise DisallowedModelAdminToField


class ChooseCompanyForm(forms.Form):
    company = forms.ModelChoiceField(
        Company.objects.all(), label=_("Company"), empty_label=None
    )


class BackOffice(admin.AdminSite):
    """Django's admin, entered through our own sign-in page."""

    site_title = _("Tillkeeper")
    site_header = _("Tillkeeper")
    index_title = _("Back office")
    site_url = "/"
    # The places of the back office are beside each page instead.
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        ours = [
            path("company/", self.admin_view(self.choose_company), name="company"),
            path("ledgers/", self.admin_view(self.ledgers), name="ledgers"),
            path("first-steps/", self.admin_view(self.first_hour), name="first_hour"),
        ]
        # The shortcut to a row's page would look in every company.
        return ours + [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in CLOSED
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Show times, and sort by dates, in the company's time zone."""

        def with_company_time_zone(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            _refuse_empty_to_field(request)
            company = company_of(request)
            with timezone.override(ZoneInfo(company.time_zone) if company else None):
                with _conflicts_refused():
                    response = view(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return super().admin_view(
            update_wrapper(with_company_time_zone, view), cacheable
        )

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if not self.has_permission(request):
            return context
        company = company_of(request)
        return context | {
            "site_header": company.name if company else self.site_header,
            "company": company,
            "may_choose_company": may_choose_company(request),
            "alarm": alarm_of(cast(StaffMember, request.user), company),
            "menu": menu_of(self, request),
        }

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the lists by place; by app where one is asked for."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else sort_into_places(apps)

    def index(  # type: ignore[override]  # it may lead elsewhere
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the overview; who may not see it is shown the lists."""
        has_company = company_of(request) is not None
        if has_company and request.user.has_perms(OVERVIEW.permissions):
            return redirect(OVERVIEW.route)
        steps = show_first_hour(company_of(request), cast(StaffMember, request.user))
        return super().index(request, {"first_hour": steps} | (extra_context or {}))

    def first_hour(self, request: HttpRequest) -> HttpResponse:
        """Put the first steps away, or bring them back."""
        company = company_of(request)
        if company is None:
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        actor = cast(StaffMember, request.user)
        if "again" in request.POST:
            bring_back_first_hour(company=company, actor=actor)
        else:
            dismiss_first_hour(company=company, actor=actor)
            text = gettext("The first steps are put away. Below you can undo that.")
            messages.success(request, text)
        has_overview = actor.has_perms(OVERVIEW.permissions)
        return redirect(OVERVIEW.route if has_overview else "admin:index")

    def ledgers(self, request: HttpRequest) -> HttpResponse:
        """Show the lists that nobody works with: they say what happened."""
        listed = self.get_app_list(request)
        context = {
            "title": LEDGERS.title,
            "app_list": [app for app in listed if app["app_label"] == LEDGERS.icon],
        }
        return super().index(request, context)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the sign-in page; refuse a person who may not enter."""
        entrance = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated or is_back_office_idle(request.session):
            return redirect_to_login(entrance)
        if not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(  # type: ignore[override]  # not a page of its own
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page where everybody changes their own."""
        return redirect("pos:account")

    def choose_company(self, request: HttpRequest) -> HttpResponse:
        """Let a superuser without a company choose one for this session."""
        if not may_choose_company(request):
            raise Http404
        form = ChooseCompanyForm(
            request.POST or None, initial={"company": company_of(request)}
        )
        if request.method == "POST" and form.is_valid():
            # What may be seen is more from here on.
            request.session.cycle_key()
            request.session[CHOSEN_COMPANY] = form.cleaned_data["company"].pk
            return redirect("admin:index")
        context = {
            **self.each_context(request),
            "title": gettext("Choose a company"),
            "form": form,
        }
        return TemplateResponse(request, "admin/company.html", context)
