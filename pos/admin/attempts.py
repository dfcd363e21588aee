"""Back office: the tries of passwords, PINs and codes, for who owns the shop."""

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import acts_for_company, company_of
from pos.access.wrong_tries import MAY_SEE, dismiss_alarms
from pos.admin.permanent import PermanentAdmin
from pos.models import Attempt, StaffMember


@admin.register(Attempt)
class AttemptAdmin(PermanentAdmin):
    """Every try of the last 30 days, newest first; and the end of an alarm."""

    list_display = ("tried_at", "who", "kind", "is_right", "till", "address")
    list_select_related = ("person", "till")
    list_filter = ("tried_at", "is_right", "kind", "till", "person")
    search_fields = ("person__name", "person__username", "=address")
    search_help_text = _("Name, sign-in name or network address")
    fields = ("tried_at", "who", "kind", "is_right", "till", "address")

    @admin.display(description=_("staff member"), ordering="person")
    def who(self, attempt: Attempt) -> str:
        if attempt.person is not None:
            return str(attempt.person)
        return gettext("a name that is nobody's") if attempt.name_hash else ""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "dismissal/",
            self.admin_site.admin_view(self.dismissal),
            name="pos_attempt_dismissal",
        )
        return [page, *super().get_urls()]

    def dismissal(self, request: HttpRequest) -> HttpResponse:
        """Show the alarm no longer."""
        company = company_of(request)
        if not (request.user.has_perm(MAY_SEE) and acts_for_company(request)):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        assert company is not None
        dismiss_alarms(company=company, actor=cast(StaffMember, request.user))
        messages.success(request, gettext("The alarm is dismissed."))
        return redirect("admin:pos_attempt_changelist")
