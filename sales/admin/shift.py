"""Admin of shifts: shows them, from the float to the count."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from sales.models import Shift


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("closed", _("Closed"))]

    def queryset(
        self, request: HttpRequest, shifts: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        if self.value() in {"open", "closed"}:
            return shifts.filter(closed_at__isnull=self.value() == "open")
        return shifts


@admin.register(Shift)
class ShiftAdmin(PermanentAdmin):
    list_display = (
        "business_date",
        "till",
        "cashier",
        "opened_at",
        "closed_at",
        "float_amount",
        "expected_amount",
        "counted_amount",
        "variance_amount",
    )
    list_select_related = ("company", "till", "cashier")
    list_filter = (StateFilter, "till", "cashier", "business_date")
    search_fields = ("till__name", "till__code", "cashier__name")
    uid_field = "uid"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "till",
                    "cashier",
                    "business_date",
                    "opened_at",
                    "closed_at",
                    "closed_by",
                ),
                "classes": ("pairs",),
            },
        ),
        (
            _("Cash"),
            {
                "fields": (
                    "float_amount",
                    "expected_amount",
                    "counted_amount",
                    "variance_amount",
                    "variance_reason",
                    "approved_by",
                ),
                "classes": ("pairs",),
            },
        ),
    )

    def page_links(self, request: HttpRequest, obj: Shift) -> list[tuple[str, Any]]:
        sales = reverse("admin:sales_sale_changelist")
        moves = reverse("admin:sales_cashmovement_changelist")
        refused = reverse("admin:sales_refusedcashout_changelist")
        of_shift = urlencode({"shift": obj.pk})
        links: list[tuple[str, Any]] = [
            (f"{sales}?{of_shift}", _("Sales of this shift"))
        ]
        if request.user.has_perm("sales.view_cashmovement"):
            links.append((f"{moves}?{of_shift}", _("Cash movements of this shift")))
        if request.user.has_perm("sales.view_refusedcashout"):
            name = _("Refused cash outs of this shift")
            links.append((f"{refused}?{of_shift}", name))
        if not obj.is_open and request.user.has_perm("sales.view_zreport"):
            report = reverse("sales:z_report", args=[obj.uid])
            links.append((report, _("Z report of this shift")))
        return links

    @admin.display(description=_("float"), ordering="opening_float")
    def float_amount(self, shift: Shift) -> str:
        return columns.total(shift.opening_float, shift.company)

    @admin.display(description=_("expected cash"), ordering="expected_cash")
    def expected_amount(self, shift: Shift) -> str:
        return columns.total(shift.expected_cash, shift.company)

    @admin.display(description=_("counted cash"), ordering="counted_cash")
    def counted_amount(self, shift: Shift) -> str:
        return columns.total(shift.counted_cash, shift.company)

    @admin.display(description=_("variance"), ordering="variance")
    def variance_amount(self, shift: Shift) -> str:
        return columns.total(shift.variance, shift.company)
