"""Customer: the page of one customer, with points entries and purchases."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from customers.models import Customer, PointsEntry
from customers.views.customer_page import company_of, customers_of, page_context
from pos.access.requests import StaffRequest
from pos.core.keyset import NEWEST_FIRST, page_of
from sales.models import Sale
from sales.models.sale_queryset import SaleQuerySet

LATEST = 6
PAGE_SIZE = 25


@permission_required("customers.view_customer", raise_exception=True)
@require_safe
def customer(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show everything about a customer, with the latest points and purchases."""
    customer = get_object_or_404(customers_of(request), uid=uid)
    entries = customer.points_entries.select_related("staff_member")
    context = page_context(
        request,
        customer=customer,
        entries=_with_causes(request, entries[:LATEST]),
        entry_count=entries.count(),
    )
    if request.user.has_perm("sales.view_sale"):
        sales = _purchases(customer)
        today = localdate(timezone=ZoneInfo(company_of(request).time_zone))
        this_year = sales.filter(business_date__year=today.year)
        context |= {
            "sales": sales[:LATEST],
            "sale_count": sales.count(),
            "spent": this_year.takings()["total"],
        }
    return render(request, "receipts/customer.html", context)


@permission_required("customers.view_customer", raise_exception=True)
@require_safe
def customer_points(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show every points entry of a customer, the latest first."""
    customer = get_object_or_404(customers_of(request), uid=uid)
    entries = customer.points_entries.select_related("staff_member")
    page = page_of(entries, request.GET, order=NEWEST_FIRST, size=PAGE_SIZE)
    context = page_context(
        request, customer=customer, page=page, entries=_with_causes(request, page)
    )
    return render(request, "receipts/customer_points.html", context)


@permission_required(
    ["customers.view_customer", "sales.view_sale"], raise_exception=True
)
@require_safe
def customer_purchases(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show every receipt of a customer, the latest first."""
    customer = get_object_or_404(customers_of(request), uid=uid)
    sales = _purchases(customer)
    page = page_of(sales, request.GET, order=NEWEST_FIRST, size=PAGE_SIZE)
    context = page_context(request, customer=customer, page=page, sales=page)
    return render(request, "receipts/customer_purchases.html", context)


def _purchases(customer: Customer) -> SaleQuerySet:
    sales = Sale.objects.of_company(customer.company_id).finalized()
    return sales.filter(customer=customer).order_by("-pk")


def _with_causes(
    request: StaffRequest, entries: Iterable[PointsEntry]
) -> list[tuple[PointsEntry, Sale | None]]:
    """Pair each entry with the sale that caused it, if sales may be seen; one query."""
    entries = list(entries)
    by_uid = {}
    if entries and request.user.has_perm("sales.view_sale"):
        sales = Sale.objects.of_company(entries[0].company_id).finalized()
        causes = sales.filter(uid__in=[entry.source for entry in entries])
        by_uid = {sale.uid: sale for sale in causes}
    return [(entry, by_uid.get(entry.source)) for entry in entries]
