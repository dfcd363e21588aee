"""Back office: the devices of the tills, and the codes that make browsers devices."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pos.access.enrolment import MAY_ENROL, make_enrolment_code, revoke_device
from pos.access.forms import DeviceNameField
from pos.access.working_company import acts_for_company
from pos.admin.permanent import PermanentAdmin
from pos.admin.scoping import CompanyAdmin
from pos.core.errors import DomainError
from pos.models import Device, StaffMember, Till


def may_enrol(request: HttpRequest) -> bool:
    return request.user.has_perm(MAY_ENROL) and acts_for_company(request)


@admin.register(Device)
class DeviceAdmin(PermanentAdmin):
    """Which browsers sell at which till; the one thing to do is to end that."""

    list_display = ("name", "till", "last_seen_at", "enrolled_by", "revoked_at")
    list_select_related = ("till", "enrolled_by")
    list_filter = ("till", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "till__name", "enrolled_by__name")
    uid_field = "uid"
    actions = ("revoke",)
    fields = (
        "name",
        "till",
        "enrolled_by",
        "enrolled_at",
        "last_seen_at",
        "revoked_by",
        "revoked_at",
    )

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return may_enrol(request)

    @admin.action(permissions=["revoke"], description=_("Revoke"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take each from its till; name those that are refused."""
        done = sum(self._revoke(request, device) for device in queryset.order_by("pk"))
        if done:
            text = ngettext("%d device revoked.", "%d devices revoked.", done) % done
            self.message_user(request, text, messages.SUCCESS)

    def _revoke(self, request: HttpRequest, device: Device) -> bool:
        try:
            revoke_device(device=device, actor=cast(StaffMember, request.user))
        except DomainError as error:
            self.message_user(request, f"{device}: {error}", messages.ERROR)
            return False
        self.log_change(request, device, gettext("Revoked."))
        return True


def _is_own(request: HttpRequest, till: Till) -> bool:
    return cast(StaffMember, request.user).may_use_outlet(till.outlet_id)


class EnrolmentCodeForm(forms.Form):
    device_name = DeviceNameField()


class EnrolmentOfDevices(CompanyAdmin):
    """Gives the admin of tills its button, and the page with the code."""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<path:object_id>/enrolment/",
            self.admin_site.admin_view(self.enrolment),
            name="pos_till_enrolment",
        )
        return [page, *super().get_urls()]

    def page_links(self, request: HttpRequest, obj: Till) -> list[tuple[str, Any]]:
        if not (obj.is_active and may_enrol(request) and _is_own(request, obj)):
            return []
        address = reverse("admin:pos_till_enrolment", args=[obj.pk])
        return [(address, _("Enrol a device"))]

    def enrolment(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the device's name, then show the code, this once."""
        if not (self.has_view_permission(request) and may_enrol(request)):
            raise PermissionDenied
        till = self.get_object(request, unquote(object_id))
        if till is None or not till.is_active:
            # As the admin's own pages answer; the type stubs lack it.
            missing = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
            return missing(request, self.opts, object_id)
        if not _is_own(request, till):
            raise PermissionDenied
        form = EnrolmentCodeForm(request.POST or None)
        code = ""
        if request.method == "POST" and form.is_valid():
            code = make_enrolment_code(
                till=till,
                actor=cast(StaffMember, request.user),
                device_name=form.cleaned_data["device_name"],
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Enrol a device"),
            "row": till,
            "till": till,
            "form": form,
            "code": code,
            "page": reverse("admin:pos_till_change", args=[till.pk]),
        }
        return TemplateResponse(request, "admin/pos/enrolment.html", context)
