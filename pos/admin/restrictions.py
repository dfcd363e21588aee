"""Back office: restrictions, with their age and their closed hours."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.admin import columns
from pos.admin.parts import PartInline
from pos.admin.scoping import CompanyAdmin, CompanyForm
from pos.models import ClosedPeriod, Restriction

MAY_CHANGE = "pos.change_restriction"
LIFTED = gettext_noop(
    "Its restriction would not hold there. Only who may change restrictions moves it."
)


class ClosedPeriodForm(CompanyForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=ClosedPeriod.Weekday,
        coerce=int,
        initial=ClosedPeriod.Weekday.values,
        widget=forms.CheckboxSelectMultiple,
    )


class ClosedPeriodInline(PartInline):
    """The hours are a part of their restriction: who may change it may change them."""

    model = ClosedPeriod
    form = ClosedPeriodForm
    verbose_name = _("time of closed hours")
    verbose_name_plural = ClosedPeriod._meta.verbose_name_plural
    fields = ("weekdays", "begins_at", "ends_at")


@admin.register(Restriction)
class RestrictionAdmin(CompanyAdmin):
    list_display = ("name", "age", "hours")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "minimum_age")
    inlines = (ClosedPeriodInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Restriction]:
        return super().get_queryset(request).prefetch_related("closed_periods")

    @admin.display(description=_("minimum age"), ordering="minimum_age")
    def age(self, restriction: Restriction) -> Any:
        return restriction.minimum_age or columns.NOTHING

    @admin.display(description=_("closed hours"))
    def hours(self, restriction: Restriction) -> str:
        periods = restriction.closed_periods.all()
        return "; ".join(str(period) for period in periods) or columns.NOTHING


class RestrictedAdmin(CompanyAdmin):
    """What has a restriction: only who may change restrictions chooses another.

    Else who keeps the catalogue could sell at any hour by taking it away. A form has
    ``may_restrict``: whether its person may.
    """

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.may_restrict = request.user.has_perm(MAY_CHANGE)
        return form

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> list[str] | tuple[str, ...]:
        fields = super().get_readonly_fields(request, obj)
        if request.user.has_perm(MAY_CHANGE):
            return fields
        return (*fields, "restriction")
