"""Back office: the audit trail, searched by receipts as well."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from pos.access.working_company import company_of
from pos.admin.audit_trail import AuditEntryAdmin
from pos.core.receipt_numbers import is_receipt_number
from pos.models import AuditEntry
from sales.models import Sale


@admin.register(AuditEntry)
class TrailAdmin(AuditEntryAdmin):
    """A receipt's number finds also what was done to its basket, which had none."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Find by the words, and by the basket that a receipt was."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        company, number = company_of(request), search_term.strip().upper()
        if company is None or not is_receipt_number(number):
            return found, may_repeat
        sales = Sale.objects.of_company(company.pk).filter(receipt_number=number)
        keys = [str(uid) for uid in sales.values_list("uid", flat=True)]
        return found | queryset.filter(subject_key__in=keys), may_repeat
