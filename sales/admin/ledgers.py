"""Admin of ledgers: shows lines, tenders, operations, prints and the chain."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import company_id_of
from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from pos.core.found_keys import is_one_of
from pos.models import Product, TaxCode
from sales.admin.found_sales import find_sales
from sales.admin.kinds import KindAdmin, KindFilter, kind_column
from sales.models import (
    FiscalDocument,
    PartPayment,
    ReceiptPrint,
    SaleLine,
    SaleOperation,
    Tender,
    TenderConfirmation,
    TenderCorrection,
    ZReport,
)

KIND = kind_column("kind")
KIND_BEFORE = kind_column("kind_before", _("recorded as"))
KIND_AFTER = kind_column("kind_after", _("corrected to"))
SALE_SEARCH = ("sale__receipt_number",)


class TaxCodeFilter(admin.SimpleListFilter):
    """Every code that there is: those of the lines are not read together."""

    title = _("tax code")
    parameter_name = "tax_code"

    def lookups(self, *args: Any) -> list[tuple[str, Any]]:
        return [(code, code) for code in TaxCode.values]

    def queryset(self, request: HttpRequest, lines: QuerySet[Any]) -> QuerySet[Any]:
        return lines.filter(tax_code=self.value()) if self.value() else lines


class OperationFilter(admin.SimpleListFilter):
    """Every act that there is on a basket."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, *args: Any) -> list[tuple[str, Any]]:
        return [(kind, kind) for kind in SaleOperation.Kind.values]

    def queryset(self, request: HttpRequest, acts: QuerySet[Any]) -> QuerySet[Any]:
        return acts.filter(kind=self.value()) if self.value() else acts


def _has_reference(term: str) -> Q:
    """Whether a row has this reference, in upper or lower case."""
    return ~Q(reference="") & Q(reference__iexact=term)


def _of_tenders(request: HttpRequest, term: str) -> Q:
    tenders = Tender.objects.filter(sale__in=find_sales(request, term))
    return is_one_of("tender", tenders)


@admin.register(SaleLine)
class SaleLineAdmin(PermanentAdmin):
    list_display = (
        "name",
        "sku",
        "sale",
        "sold_quantity",
        "price_amount",
        "line_amount",
        "tax_code",
    )
    list_select_related = ("company", "sale")
    list_filter = ("sale__status", TaxCodeFilter, "sale__business_date")
    search_fields = ("product__name", "product__sku", "sale__receipt_number")
    search_help_text = _("Receipt number, or the product's name, SKU or barcode")
    uid_field = "uid"
    product_field = "product"
    fields = (
        "sale",
        "position",
        "product",
        "name",
        "second_name",
        "sku",
        "scanned_code",
        "sold_quantity",
        "price_amount",
        "listed_amount",
        "discounted_amount",
        "shown_reason",
        "sale_share_amount",
        "points_amount",
        "line_amount",
        "tax_code",
        "tax_rate",
        "refunded_quantity",
        "removed_by",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        company_id = company_id_of(request)
        products = Product.objects.of_company(company_id)
        found = products.matching(term, company_id=company_id)
        return Q(sale__in=find_sales(request, term)) | is_one_of("product", found)

    @admin.display(description=_("quantity"), ordering="quantity")
    def sold_quantity(self, line: SaleLine) -> str:
        return columns.quantity(line.quantity)

    @admin.display(description=_("price"), ordering="unit_price")
    def price_amount(self, line: SaleLine) -> str:
        return columns.amount(line.unit_price, line.company)

    @admin.display(description=_("reason for the discount"))
    def shown_reason(self, line: SaleLine) -> str:
        return line.shown_discount_reason

    @admin.display(description=_("at list price"), ordering="list_amount")
    def listed_amount(self, line: SaleLine) -> str:
        return columns.amount(line.list_amount, line.company)

    @admin.display(description=_("discount"), ordering="line_discount")
    def discounted_amount(self, line: SaleLine) -> str:
        return columns.amount(line.line_discount, line.company)

    @admin.display(description=_("share of the sale's discount"))
    def sale_share_amount(self, line: SaleLine) -> str:
        return columns.amount(line.sale_discount, line.company)

    @admin.display(description=_("paid with points"))
    def points_amount(self, line: SaleLine) -> str:
        return columns.amount(line.points_discount, line.company)

    @admin.display(description=_("total"), ordering="total")
    def line_amount(self, line: SaleLine) -> str:
        return columns.total(line.total, line.company)


@admin.register(Tender)
class TenderAdmin(KindAdmin):
    list_display = (
        "sale",
        KIND,
        "tendered_amount",
        "change_amount",
        "retained_amount",
        "reference",
        "finalized_at",
    )
    list_select_related = ("company", "sale")
    list_filter = (
        ("kind", KindFilter),
        "is_pending",
        "sale__business_date",
        "sale__till",
    )
    search_fields = ("sale__receipt_number", "reference")
    fields = (
        "sale",
        "position",
        KIND,
        "tendered_amount",
        "change_amount",
        "retained_amount",
        "reference",
        "face_amount",
        "is_pending",
        "is_alternative_method",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        return Q(sale__in=find_sales(request, term)) | _has_reference(term)

    @admin.display(description=_("tendered"), ordering="tendered")
    def tendered_amount(self, tender: Tender) -> str:
        return columns.total(tender.tendered, tender.company)

    @admin.display(description=_("change"), ordering="change")
    def change_amount(self, tender: Tender) -> str:
        return columns.total(tender.change, tender.company)

    @admin.display(description=_("amount"), ordering="amount")
    def retained_amount(self, tender: Tender) -> str:
        return columns.total(tender.amount, tender.company)

    @admin.display(description=_("finalized at"), ordering="sale__finalized_at")
    def finalized_at(self, tender: Tender) -> object:
        return tender.sale.finalized_at

    @admin.display(description=_("face value"))
    def face_amount(self, row: Tender) -> str:
        if row.face_value is None:
            return columns.NOTHING
        return columns.total(row.face_value, row.company)


@admin.register(TenderConfirmation)
class TenderConfirmationAdmin(PermanentAdmin):
    """Who saw the money of a pending tender arrive."""

    list_display = ("confirmed_at", "receipt", "tender", "reference", "staff_member")
    list_select_related = ("tender__company", "tender__sale", "staff_member")
    list_filter = ("staff_member", "confirmed_at")
    search_fields = ("reference", "tender__sale__receipt_number")
    uid_field = "uid"
    fields = ("tender", "reference", "staff_member", "confirmed_at", "recorded_at")

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        return _of_tenders(request, term) | _has_reference(term)

    @admin.display(description=_("receipt number"))
    def receipt(self, confirmation: TenderConfirmation) -> str:
        return str(confirmation.tender.sale)


@admin.register(TenderCorrection)
class TenderCorrectionAdmin(KindAdmin):
    """Tenders that were of another kind than was recorded."""

    list_display = (
        "corrected_at",
        "receipt",
        KIND_BEFORE,
        KIND_AFTER,
        "moved_amount",
        "reason",
        "staff_member",
    )
    list_select_related = ("company", "tender__sale", "staff_member")
    list_filter = (
        ("kind_before", KindFilter),
        ("kind_after", KindFilter),
        "staff_member",
        "corrected_at",
    )
    search_fields = ("reason", "reference", "tender__sale__receipt_number")
    uid_field = "uid"
    fields = (
        "tender",
        "shift",
        KIND_BEFORE,
        KIND_AFTER,
        "moved_amount",
        "reference",
        "reason",
        "staff_member",
        "corrected_at",
        "recorded_at",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        typed = Q(reason__icontains=term) | Q(reference__icontains=term)
        return _of_tenders(request, term) | typed

    @admin.display(description=_("receipt number"))
    def receipt(self, correction: TenderCorrection) -> str:
        return str(correction.tender.sale)

    @admin.display(description=_("amount"), ordering="amount")
    def moved_amount(self, correction: TenderCorrection) -> str:
        return columns.total(correction.amount, correction.company)


@admin.register(PartPayment)
class PartPaymentAdmin(KindAdmin):
    """Money taken before a sale was finalized, and how that ended."""

    list_display = (
        "happened_at",
        "basket",
        "event",
        KIND,
        "moved_amount",
        "till",
        "staff_member",
    )
    list_select_related = ("company", "sale", "till", "staff_member")
    list_filter = ("event", ("kind", KindFilter), "till", "staff_member", "happened_at")
    search_fields = ("reference", *SALE_SEARCH)
    uid_field = "uid"
    fields = (
        "sale",
        "till",
        "shift",
        "event",
        KIND,
        "moved_amount",
        "reference",
        "face_amount",
        "is_pending",
        "taken",
        "tender",
        "staff_member",
        "approved_by",
        "happened_at",
        "recorded_at",
        "uid",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        found = Q(sale__in=find_sales(request, term))
        return found | Q(reference__icontains=term)

    @admin.display(description=_("basket"), ordering="sale")
    def basket(self, part: PartPayment) -> str:
        return str(part.sale)

    @admin.display(description=_("amount"), ordering="amount")
    def moved_amount(self, part: PartPayment) -> str:
        return columns.total(part.amount, part.company)

    @admin.display(description=_("face value"))
    def face_amount(self, row: PartPayment) -> str:
        if row.face_value is None:
            return columns.NOTHING
        return columns.total(row.face_value, row.company)


@admin.register(SaleOperation)
class SaleOperationAdmin(PermanentAdmin):
    list_display = ("sale", "seq", "kind", "staff_member", "recorded_at")
    list_select_related = ("sale", "staff_member")
    list_filter = (OperationFilter, "staff_member", "recorded_at")
    search_fields = SALE_SEARCH
    uid_field = "sale__uid"
    fields = ("sale", "seq", "kind", "result", "staff_member", "recorded_at", "uid")

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        return Q(sale__in=find_sales(request, term))


@admin.register(ReceiptPrint)
class ReceiptPrintAdmin(PermanentAdmin):
    list_display = ("sale", "copy_number", "staff_member", "approved_by", "printed_at")
    list_select_related = ("sale", "staff_member", "approved_by")
    list_filter = ("staff_member", "printed_at")
    search_fields = SALE_SEARCH
    fields = ("sale", "copy_number", "staff_member", "approved_by", "printed_at")

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        return Q(sale__in=find_sales(request, term))


@admin.register(FiscalDocument)
class FiscalDocumentAdmin(PermanentAdmin):
    """The chain, which shows whether anything was changed, removed or added."""

    list_display = ("chain_no", "till", "kind", "sale", "z_report", "short_hash")
    list_select_related = ("till", "sale", "z_report")
    list_filter = ("till", "kind")
    search_fields = ("sale__receipt_number", "z_report__report_number")
    search_help_text = _("Receipt number, report number, or seal")
    hash_field = "hash"
    fields = (
        "till",
        "chain_no",
        "kind",
        "sale",
        "z_report",
        "digest",
        "previous_digest",
        "text",
    )

    def find_rows(self, request: HttpRequest, term: str) -> Q:
        reports = ZReport.objects.of_company(company_id_of(request))
        numbered = reports.filter(report_number=term.upper())
        found = list(numbered.values_list("pk", flat=True))
        return Q(sale__in=find_sales(request, term)) | Q(z_report__in=found)

    @admin.display(description=_("hash"), ordering="hash")
    def short_hash(self, document: FiscalDocument) -> str:
        return document.seal

    @admin.display(description=_("hash"))
    def digest(self, document: FiscalDocument) -> str:
        return columns.fingerprint(document.hash)

    @admin.display(description=_("previous hash"))
    def previous_digest(self, document: FiscalDocument) -> str:
        return columns.fingerprint(document.previous_hash)
