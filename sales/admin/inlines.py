"""Inlines: the lines, tenders and prints on the page of a sale."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pos.admin import columns
from pos.admin.permanent import PermanentInline
from pos.templatetags import pos_format
from sales.admin.kinds import kind_column
from sales.models import PartPayment, ReceiptPrint, SaleLine, Tender

KIND = kind_column("kind")


class LineInline(PermanentInline):
    model = SaleLine
    fields = (
        "position",
        "name",
        "sku",
        "sold_quantity",
        "price_amount",
        "line_amount",
        "tax",
        "tax_amount",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        lines = super().get_queryset(request).select_related("company")
        return lines.filter(removed_by__isnull=True).order_by("position")

    @admin.display(description=_("quantity"))
    def sold_quantity(self, line: SaleLine) -> str:
        unit = "" if line.unit == "each" else line.get_unit_display()
        return columns.quantity(line.quantity, str(unit))

    @admin.display(description=_("price"))
    def price_amount(self, line: SaleLine) -> str:
        return columns.amount(line.unit_price, line.company)

    @admin.display(description=_("total"))
    def line_amount(self, line: SaleLine) -> str:
        return columns.amount(line.total, line.company)

    @admin.display(description=_("tax"))
    def tax(self, line: SaleLine) -> str:
        return f"{line.tax_code} {pos_format.percent(line.tax_rate)}"

    @admin.display(description=_("tax included"))
    def tax_amount(self, line: SaleLine) -> str:
        return columns.amount(line.tax_total, line.company)


class TenderInline(PermanentInline):
    model = Tender
    fields = (
        KIND,
        "tendered_amount",
        "change_amount",
        "retained_amount",
        "reference",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        tenders = super().get_queryset(request).select_related("company")
        tenders = tenders.prefetch_related("company__voucher_kinds")
        return tenders.order_by("position")

    @admin.display(description=_("tendered"))
    def tendered_amount(self, tender: Tender) -> str:
        return columns.amount(tender.tendered, tender.company)

    @admin.display(description=_("change"))
    def change_amount(self, tender: Tender) -> str:
        return columns.amount(tender.change, tender.company)

    @admin.display(description=_("amount"))
    def retained_amount(self, tender: Tender) -> str:
        return columns.amount(tender.amount, tender.company)


class PartPaymentInline(PermanentInline):
    model = PartPayment
    fields = ("event", KIND, "moved_amount", "till", "staff_member", "happened_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        rows = rows.prefetch_related("company__voucher_kinds")
        return rows.select_related("company", "till", "staff_member").order_by("pk")

    @admin.display(description=_("amount"))
    def moved_amount(self, part: PartPayment) -> str:
        return columns.amount(part.amount, part.company)


class PrintInline(PermanentInline):
    model = ReceiptPrint
    fields = ("copy", "printed_at", "staff_member")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        prints = super().get_queryset(request).select_related("staff_member")
        return prints.order_by("copy_number")

    @admin.display(description=_("copy"))
    def copy(self, printing: ReceiptPrint) -> str:
        if not printing.copy_number:
            return str(_("original"))
        return str(_("copy %(number)s") % {"number": printing.copy_number})
