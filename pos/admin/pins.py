"""Back office: a person's first PIN."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from pos.access.pin_forms import PinField
from pos.access.pins import set_first_pin
from pos.admin.scoping import CompanyAdmin
from pos.core.forms import RefusableForm
from pos.models import StaffMember


class FirstPinForm(RefusableForm):
    pin = PinField(label=_("First PIN"))


class FirstPins(CompanyAdmin):
    """Gives the admin of staff its button, and the page where a first PIN is typed."""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<str:id>/pin/",
            self.admin_site.admin_view(self.first_pin),
            name="pos_staffmember_pin",
        )
        return [page, *super().get_urls()]

    def first_pin_link(self, person: StaffMember) -> list[tuple[str, Any]]:
        if person.company is None:
            return []
        address = reverse("admin:pos_staffmember_pin", args=[person.pk])
        return [(address, _("Set first PIN"))]

    @method_decorator(sensitive_post_parameters("pin"))
    def first_pin(self, request: HttpRequest, id: str) -> HttpResponse:
        """Give the person a PIN, which they change when they first use it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = self.get_object(request, unquote(id))
        if person is None or person.company is None:
            # As the admin's own pages answer; the type stubs lack it.
            missing = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
            return missing(request, self.opts, id)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        form = FirstPinForm(request.POST or None)
        page = reverse("admin:pos_staffmember_change", args=[person.pk])
        if request.method == "POST" and form.is_valid():
            with form.show_refusals():
                actor = cast(StaffMember, request.user)
                set_first_pin(person=person, pin=form.cleaned_data["pin"], actor=actor)
                text = gettext("%(person)s has a first PIN.") % {"person": person}
                self.message_user(request, text, messages.SUCCESS)
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Set first PIN"),
            "row": person,
            "digits": person.company.pin_digits,
            "form": form,
            "page": page,
        }
        return TemplateResponse(request, "admin/pos/first_pin.html", context)
