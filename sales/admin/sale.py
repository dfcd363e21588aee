"""Admin of sales: shows them, and takes exact cash for one left open."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, PointsEntry
from customers.models.search import build_search_condition
from pos.access.working_company import company_id_of
from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from pos.core.found_keys import is_one_of
from sales.admin.finalization import Finalization
from sales.admin.found_sales import find_sales
from sales.admin.inlines import (
    LineInline,
    PartPaymentInline,
    PrintInline,
    TenderInline,
)
from sales.models import Sale


@admin.register(Sale)
class SaleAdmin(Finalization, PermanentAdmin):
    list_display = (
        "shown_as",
        "status",
        "till",
        "cashier",
        "customer",
        "lines_quantity",
        "due_amount",
        "at",
    )
    list_select_related = ("company", "till", "cashier", "customer")
    list_filter = ("status", "kind", "till", "cashier", "business_date")
    search_fields = ("receipt_number", "label", "customer__name", "customer__code")
    search_help_text = _("Receipt number, label, customer, seal, or the whole uid")
    uid_field = "uid"
    hash_field = "fiscal_document__hash"
    # A sale has them once it is finalized.
    dated = Q(status=Sale.Status.FINALIZED)
    inlines = (LineInline, PartPaymentInline, TenderInline, PrintInline)
    actions = ("finalize_for_cash",)

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        customers = Customer.objects.of_company(company_id_of(request))
        found = customers.filter(build_search_condition(term))
        labelled = ~Q(label="") & Q(label__icontains=term)
        keys = find_sales(request, term)
        return Q(pk__in=keys) | is_one_of("customer", found) | labelled

    def get_fieldsets(self, request: HttpRequest, obj: Sale | None = None) -> Any:
        device = ["device"] if obj is not None and obj.device_id else []
        sale = ["receipt_number", "status", "till", *device, "cashier", "customer"]
        sale.append("points")
        if obj is not None and obj.is_finalized:
            times = ["shift", "finalized_at", "business_date", "recorded_at"]
        else:
            times = ["opened_at", "parked_at", "uid"]
        if obj is not None and obj.confirmed_age:
            times += ["confirmed_age", "age_confirmed_by", "age_confirmed_at"]
        notes = [name for name in ("label", "note") if obj and getattr(obj, name)]
        amounts = ["total_amount", "net_amount", "tax_amount", "rounding_amount"]
        if obj is not None and obj.deposits:
            amounts.append("deposits_amount")
        fieldsets = [
            (None, {"fields": (*sale, *times, *notes), "classes": ("pairs",)}),
            (
                _("Amounts"),
                {"fields": (*amounts, "due_amount"), "classes": ("pairs",)},
            ),
        ]
        if obj is not None and obj.is_finalized:
            seal = {
                "fields": ("chain_no", "hash", "previous_hash", "uid"),
                "classes": ("seal",),
            }
            fieldsets.append((_("Seal"), seal))
        return fieldsets

    @admin.display(description=_("receipt"), ordering="receipt_number")
    def shown_as(self, sale: Sale) -> str:
        """Show the end of the uid for an unnamed basket: its start is only the time."""
        return sale.receipt_number or sale.label or f"…{sale.uid.hex[-6:]}"

    @admin.display(description=_("at"), ordering="opened_at")
    def at(self, sale: Sale) -> datetime:
        return sale.finalized_at or sale.parked_at or sale.opened_at

    @admin.display(description=_("lines"), ordering="line_count")
    def lines_quantity(self, sale: Sale) -> int:
        return sale.line_count

    @admin.display(description=_("due"), ordering="due")
    def due_amount(self, sale: Sale) -> str:
        return columns.total(sale.due, sale.company)

    @admin.display(description=_("total"))
    def total_amount(self, sale: Sale) -> str:
        return columns.total(sale.total, sale.company)

    @admin.display(description=_("before tax"))
    def net_amount(self, sale: Sale) -> str:
        return columns.total(sale.net_total, sale.company)

    @admin.display(description=_("tax"))
    def tax_amount(self, sale: Sale) -> str:
        return columns.total(sale.tax_total, sale.company)

    @admin.display(description=_("deposits"))
    def deposits_amount(self, sale: Sale) -> str:
        return columns.total(sale.deposits, sale.company)

    @admin.display(description=_("cash rounding"))
    def rounding_amount(self, sale: Sale) -> str:
        return columns.total(sale.rounding, sale.company)

    @admin.display(description=_("points"))
    def points(self, sale: Sale) -> str:
        entries = PointsEntry.objects.of_company(sale.company_id).filter(
            source=sale.uid
        )
        return ", ".join(str(entry) for entry in entries) or columns.NOTHING

    @admin.display(description=_("chain number"))
    def chain_no(self, sale: Sale) -> int:
        return sale.fiscal_document.chain_no

    @admin.display(description=_("hash"))
    def hash(self, sale: Sale) -> str:
        return columns.fingerprint(sale.fiscal_document.hash)

    @admin.display(description=_("previous hash"))
    def previous_hash(self, sale: Sale) -> str:
        return columns.fingerprint(sale.fiscal_document.previous_hash)
