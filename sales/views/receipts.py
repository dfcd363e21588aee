"""Finding a receipt again, and printing it once more."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from customers.search import known_by
from pos.models import Till
from pos.requests import StaffRequest
from pos.tills import at_till
from sales.models import Sale, SaleLine, Tender
from sales.models.sale import SaleQuerySet
from sales.receipts import number_as_barcode, receipt_of
from sales.services.prints import record_print
from sales.views.tenders import tender_context

PAGE = 50
FULL_NUMBER = re.compile(r"\A\w+(-\w+)*-[SR]-\d+\Z", re.ASCII)
AMOUNT = re.compile(r"\A\d{1,9}\.\d{1,3}\Z", re.ASCII)


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
@at_till
def receipts(request: StaffRequest, till: Till) -> HttpResponse:
    """Receipts of this till today, of all tills, or those that fit the search."""
    return _receipts(request, till, shown=None)


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
@at_till
def receipt(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """One receipt beside the others."""
    sales = Sale.objects.of_company(till.company_id).finalized()
    sale = sales.for_receipt().filter(uid=uid).first()
    if sale is None:
        raise Http404
    return _receipts(request, till, shown=sale)


@permission_required("sales.view_sale", raise_exception=True)
@require_POST
@at_till
def prints(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Count one more printing; answer with the paper, which says COPY if it is one."""
    printed = record_print(uid=uid, actor=request.user)
    sale = Sale.objects.for_receipt().get(pk=printed.sale_id)
    receipt = receipt_of(sale, copy=printed.copy_number)
    context = {"sale": sale, "receipt": receipt, "company": till.company}
    return render(request, "sales/_receipt_paper.html", context)


@permission_required("sales.view_sale", raise_exception=True)
@require_safe
def barcode(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The receipt number as a picture that scans."""
    sales = Sale.objects.of_company(request.user.company_id).finalized()
    sale = sales.filter(uid=uid).first()
    if sale is None:
        raise Http404
    picture = number_as_barcode(str(sale.receipt_number))
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _receipts(request: StaffRequest, till: Till, *, shown: Sale | None) -> HttpResponse:
    words = request.GET.get("number", "").strip()[:100]
    only_awaited = bool(request.GET.get("awaited"))
    only_refunds = request.GET.get("kind") == "refund"
    is_filtered = only_awaited or only_refunds
    everywhere = request.GET.get("tills") == "all" or bool(words) or is_filtered
    found = _found(till, words, everywhere=everywhere)
    awaited = Tender.objects.of_company(till.company_id).awaited()
    if only_awaited:
        found = found.filter(pk__in=awaited.values("sale"))
    if only_refunds:
        found = found.filter(kind=Sale.Kind.REFUND)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    if shown is None and page.object_list:
        sales = Sale.objects.for_receipt()
        shown = sales.get(pk=page.object_list[0].pk)
    context = {
        "page": page,
        "query": _query(request),
        "words": words,
        "everywhere": everywhere,
        "only_awaited": only_awaited,
        "awaited_count": awaited.count(),
        "only_refunds": only_refunds,
        "sale": shown,
        "till": till,
        "company": till.company,
        "now": now(),
    }
    if shown is not None:
        copies = len(shown.prints.all())
        context |= {"receipt": receipt_of(shown, copy=copies), "copies": copies}
        context |= tender_context(shown, till)
        context |= _refunds_of(shown)
    return render(request, "sales/receipts.html", context)


def _refunds_of(sale: Sale) -> dict[str, Any]:
    """What was refunded of a sale, and whether there is something left."""
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
    has_left = any(line.refunded_quantity < line.quantity for line in lines)
    is_sale = sale.kind == Sale.Kind.SALE
    was_refunded = any(line.refunded_quantity for line in lines)
    return {
        "refunds": list(sale.refunds.finalized().order_by("pk"))
        if was_refunded
        else [],
        "has_left": is_sale and has_left,
    }


def _found(till: Till, words: str, *, everywhere: bool) -> SaleQuerySet:
    """The newest first. A word is a receipt number, an amount, or a customer."""
    sales = Sale.objects.of_company(till.company_id).finalized()
    sales = sales.select_related("customer", "original", "till__outlet__company")
    sales = sales.with_refunds()
    sales = sales.prefetch_related("tenders").order_by("-finalized_at", "-pk")
    if not everywhere:
        today = till.outlet.business_date(now())
        # The index is by time, and no business date is longer than this.
        lately = now() - timedelta(days=2)
        return sales.filter(till=till, business_date=today, finalized_at__gte=lately)
    if FULL_NUMBER.match(words):
        return sales.filter(receipt_number__in=[words, words.upper()])
    if AMOUNT.match(words):
        return sales.filter(total__in=[Decimal(words), -Decimal(words)])
    if not words:
        return sales
    found = Q(customer__in=till.company.customers.filter(known_by(words)))
    if words.isascii() and words.isdigit() and len(words) < 9:
        found |= Q(number=int(words))
    return sales.filter(found)


def _query(request: StaffRequest) -> str:
    """What the address says besides the page, to be kept by its links."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""
