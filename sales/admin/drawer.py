"""Admin of the drawer: shows cash movements, cash counts and Z reports."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from sales.models import CashCount, CashMovement, RefusedCashOut, ZReport
from sales.shifts.z_sheet import paper_context


@admin.register(CashMovement)
class CashMovementAdmin(PermanentAdmin):
    list_display = (
        "moved_at",
        "shift",
        "kind",
        "moved_amount",
        "reason",
        "staff_member",
        "approved_by",
    )
    list_select_related = (
        "company",
        "shift__cashier",
        "staff_member",
        "approved_by",
    )
    list_filter = ("kind", "shift__till", "staff_member", "moved_at")
    search_fields = ("reason", "shift__till__name", "staff_member__name")
    uid_field = "uid"
    fields = (
        "shift",
        "kind",
        "moved_amount",
        "reason",
        "staff_member",
        "approved_by",
        "moved_at",
        "recorded_at",
    )

    @admin.display(description=_("amount"), ordering="amount")
    def moved_amount(self, movement: CashMovement) -> str:
        return columns.total(movement.amount, movement.company)


@admin.register(RefusedCashOut)
class RefusedCashOutAdmin(PermanentAdmin):
    """Tries to take out more than a drawer should hold."""

    list_display = (
        "refused_at",
        "till",
        "staff_member",
        "way",
        "refused_amount",
        "shift",
    )
    list_select_related = ("company", "till", "shift__cashier", "staff_member")
    list_filter = ("way", "till", "staff_member", "refused_at")
    search_fields = ("till__name", "staff_member__name")
    fields = (
        "till",
        "shift",
        "way",
        "refused_amount",
        "staff_member",
        "refused_at",
    )

    @admin.display(description=_("amount"), ordering="amount")
    def refused_amount(self, refused: RefusedCashOut) -> str:
        return columns.total(refused.amount, refused.company)


@admin.register(CashCount)
class CashCountAdmin(PermanentAdmin):
    list_display = ("counted_at", "shift", "moment", "counted_amount", "staff_member")
    list_select_related = ("company", "shift__cashier", "staff_member")
    list_filter = ("moment", "shift__till", "staff_member", "counted_at")
    search_fields = ("shift__till__name", "staff_member__name")
    uid_field = "uid"
    fields = (
        "shift",
        "moment",
        "counted_amount",
        "counted_pieces",
        "staff_member",
        "approved_by",
        "counted_at",
        "recorded_at",
    )

    @admin.display(description=_("total"), ordering="total")
    def counted_amount(self, count: CashCount) -> str:
        return columns.total(count.total, count.company)

    @admin.display(description=_("notes and coins"))
    def counted_pieces(self, count: CashCount) -> str:
        pieces = sorted(count.pieces.items(), key=lambda row: -Decimal(row[0]))
        return ", ".join(f"{number} × {face}" for face, number in pieces if number)


@admin.register(ZReport)
class ZReportAdmin(PermanentAdmin):
    """What the till printed at each close; the page of the till prints it again."""

    list_display = (
        "report_number",
        "till",
        "business_date",
        "total_amount",
        "counted_amount",
        "variance_amount",
        "grand_amount",
    )
    list_select_related = ("company", "till", "shift")
    list_filter = ("till", "shift__business_date")
    search_fields = ("=report_number", "till__name")
    uid_field = "shift__uid"
    hash_field = "fiscal_document__hash"
    fields = (
        "till",
        "shift",
        "report_number",
        "recorded_at",
    )

    def page_links(self, request: HttpRequest, obj: ZReport) -> list[tuple[str, Any]]:
        return [(reverse("sales:z_report", args=[obj.shift.uid]), _("Print"))]

    @admin.display(description=_("business date"), ordering="shift__business_date")
    def business_date(self, report: ZReport) -> object:
        return report.shift.business_date

    @admin.display(description=_("net sales"), ordering="total")
    def total_amount(self, report: ZReport) -> str:
        return columns.total(report.total, report.company)

    @admin.display(description=_("counted cash"), ordering="shift__counted_cash")
    def counted_amount(self, report: ZReport) -> str:
        return columns.total(report.shift.counted_cash, report.company)

    @admin.display(description=_("variance"), ordering="shift__variance")
    def variance_amount(self, report: ZReport) -> str:
        return columns.total(report.shift.variance, report.company)

    @admin.display(description=_("grand total"), ordering="grand_total")
    def grand_amount(self, report: ZReport) -> str:
        return columns.total(report.grand_total, report.company)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the figures as the sheet that the till prints."""
        report: ZReport | None = kwargs.get("obj")
        if report is not None:
            context |= {"report": report, "company": report.company}
            context |= paper_context(report)
        return super().render_change_form(request, context, *args, **kwargs)
