"""Admin finalization: takes exact cash for a sale that was left open or parked.

The page has an address of its own, since the admin's change page already holds
a transaction and ``finalize_sale`` begins its own. Nothing is written here but
the admin's log.
"""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pos.access.working_company import acts_for_company
from pos.admin import columns
from pos.admin.permanent import PermanentAdmin
from pos.core.errors import DomainError
from pos.models import StaffMember
from sales.basket.errors import SaleNotOpenError, StaleBasketError
from sales.cash.rounding import cash_rule
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import part_payments_held, tenders_of
from sales.checkout.settlement import AmountLeft, TenderInput, calculate_amount_left
from sales.models import Sale, Tender


def cash_due(sale: Sale) -> Decimal:
    """Return what is due when all that is left of the sale is paid in cash."""
    return _left(sale).in_cash


def exact_cash(sale: Sale) -> list[TenderInput]:
    """Return the cash for what is left; none where the basket holds enough."""
    left = _left(sale)
    if sale.held_amount and not left.amount and not left.in_cash:
        return []
    return [TenderInput(Tender.Kind.CASH, left.in_cash)]


def _left(sale: Sale) -> AmountLeft:
    held = tenders_of(part_payments_held(sale))
    return calculate_amount_left(sale.payable, held, rule=cash_rule(sale.company))


class Finalization(PermanentAdmin):
    """Gives the admin of sales its button and its action."""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<path:object_id>/finalization/",
            self.admin_site.admin_view(self.finalization),
            name="sales_sale_finalization",
        )
        return [page, *super().get_urls()]

    def has_finalize_permission(self, request: HttpRequest) -> bool:
        may = request.user.has_perm("sales.finalize_sale")
        return may and acts_for_company(request)

    def page_links(self, request: HttpRequest, obj: Sale) -> list[tuple[str, Any]]:
        links: list[tuple[str, Any]] = []
        if obj.is_finalized:
            links.append((obj.get_absolute_url(), _("Receipt")))
        if obj.may_change and self.has_finalize_permission(request):
            address = reverse("admin:sales_sale_finalization", args=[obj.pk])
            links.append((address, _("Finalize")))
        return links

    def finalization(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take exact cash for the sale."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sale = self.get_object(request, unquote(object_id))
        if sale is None:
            # As the admin's own pages answer; the type stubs lack it.
            missing = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
            return missing(request, self.opts, object_id)
        if not self.has_finalize_permission(request):
            raise PermissionDenied
        page = reverse("admin:sales_sale_change", args=[sale.pk])
        if request.method == "POST":
            shown = request.POST.get("revision", "")
            if shown and shown != str(sale.revision):
                self.message_user(request, str(StaleBasketError()), messages.ERROR)
            elif self._finalize(request, sale):
                receipt = gettext("Receipt %(number)s.") % {"number": _number_of(sale)}
                self.message_user(request, receipt, messages.SUCCESS)
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Finalize for exact cash"),
            "row": sale,
            "sale": sale,
            "cash": columns.total(cash_due(sale), sale.company),
            "page": page,
        }
        return TemplateResponse(request, "admin/sales/finalization.html", context)

    @admin.action(permissions=["finalize"], description=_("Finalize for exact cash"))
    def finalize_for_cash(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Finalize each sale in its own transaction; name those refused."""
        sales = queryset.select_related("company").order_by("pk")
        done = sum(self._finalize(request, sale) for sale in sales)
        if done:
            text = ngettext("%d sale finalized.", "%d sales finalized.", done) % done
            self.message_user(request, text, messages.SUCCESS)

    def _finalize(self, request: HttpRequest, sale: Sale) -> bool:
        """Finalize the sale for the exact cash; return whether it was finalized.

        A refusal names the sale and writes nothing.
        """
        try:
            if not sale.may_change:
                raise SaleNotOpenError(status=sale.get_status_display())
            finished = finalize_sale(
                uid=sale.uid,
                tenders=exact_cash(sale),
                actor=cast(StaffMember, request.user),
                revision=sale.revision,
            )
        except DomainError as error:
            self.message_user(request, f"{sale}: {error}", messages.ERROR)
            return False
        number = finished.receipt_number
        entry = gettext("Finalized for exact cash: %(number)s.") % {"number": number}
        self.log_change(request, finished, entry)
        return True


def _number_of(sale: Sale) -> str:
    return Sale.objects.values_list("receipt_number", flat=True).get(pk=sale.pk) or ""
