"""Refunds: shows what goods of a receipt come to, and refunds them."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.catalogue.forms import ProductForm
from pos.models import Till
from sales.refunds.forms import read_returns, read_tenders, read_terms, returned_rows
from sales.refunds.preview import list_refund_methods, preview_return
from sales.refunds.scanned_goods import return_scanned
from sales.refunds.with_receipt import refund_sale
from sales.views.refund_page import (
    get_original_or_404,
    new_refund_context,
    read_request,
    redirect_to_refund,
)


@sensitive_post_parameters("approver_password")
@permission_required("sales.refund_sale", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def refunds(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show what of a receipt comes back; a POST refunds it, once for its uid."""
    if request.method == "POST":
        return _refund(request, till, uid)
    original = get_original_or_404(till, uid)
    refund_request = read_request(request, till, kind=request.GET.get("kind", ""))
    context = {
        "sale": original.sale,
        "preview": preview_return(refund_request, original),
        "is_exchange": "exchange" in request.GET,
        "till": till,
        "company": till.company,
    }
    if "HX-Request" in request.headers:
        context["is_swap"] = True
        return render(request, "refunds/_refund_preview.html", context)
    return _page(request, context)


@permission_required("sales.refund_sale", raise_exception=True)
@require_safe
@till_required
def scanned_row(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show the row of the line whose goods were scanned, ticked, with them added."""
    original = get_original_or_404(till, uid)
    form = ProductForm(request.GET)
    code = form.scanned() if form.is_valid() else None
    if code is None:
        raise Http404
    chosen = read_returns(returned_rows(request.GET))
    row = return_scanned(code, original, chosen=chosen)
    context = {"row": row, "company": till.company}
    return render(request, "refunds/_refund_row.html", context)


def _page(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """Render the whole page; its script asks only for the sum of what is ticked."""
    prefetch_related_objects([context["sale"]], "tenders__corrections")
    methods = list_refund_methods(
        context["preview"].money, company=context["company"], actor=request.user
    )
    context |= {"methods": methods, "kind": "", **new_refund_context()}
    return render(request, "refunds/refund.html", context)


def _refund(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    terms = read_terms(request.POST)
    refund = refund_sale(
        uid=terms["uid"],
        original=uid,
        lines=read_returns(returned_rows(request.POST)),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        device=request.device,
        refund_tenders=read_tenders(terms["kind"], terms["reference"]),
        approved_by=approver_in(request),
        shown=terms["shown"],
    )
    return redirect_to_refund(request, till, refund)
