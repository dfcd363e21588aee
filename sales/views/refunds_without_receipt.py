"""Refunds without a receipt: finds products, shows their amounts, refunds them."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.catalogue.find_products import find_products
from pos.catalogue.forms import ProductForm
from pos.catalogue.tiles import TILES_MAX, tiles_at
from pos.models import Till
from sales.refunds.forms import (
    read_returns_without_receipt,
    read_tenders_without_receipt,
    read_terms,
)
from sales.refunds.measured_goods import suggest_return
from sales.refunds.preview_without_receipt import (
    list_methods_without_receipt,
    preview_without_receipt,
)
from sales.refunds.request import RefundRequest
from sales.refunds.without_receipt import refund_without_receipt
from sales.views.refund_page import new_refund_context, redirect_to_refund


@sensitive_post_parameters("approver_password")
@permission_required("sales.refund_sale", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def refunds_without_receipt(request: StaffRequest, till: Till) -> HttpResponse:
    """Show which goods come back at which price; a POST refunds them once."""
    if request.method == "POST":
        return _refund(request, till)
    kind = request.GET.get("kind", "")
    refund_request = RefundRequest(
        actor=request.user,
        till=till,
        lines=read_returns_without_receipt(request.GET, till=till),
        tenders=read_tenders_without_receipt(kind, company=till.company),
    )
    preview = preview_without_receipt(refund_request)
    context = {"preview": preview, "till": till, "company": till.company}
    if "HX-Request" in request.headers:
        return render(request, "refunds/_preview_without_receipt.html", context)
    context |= {
        "products": tiles_at(till).favourites()[:TILES_MAX],
        "methods": list_methods_without_receipt(till, request.user),
        "kind": preview.kind,
        **new_refund_context(),
    }
    return render(request, "refunds/refund_without_receipt.html", context)


@permission_required("sales.refund_sale", raise_exception=True)
@require_safe
@till_required
def row_without_receipt(request: StaffRequest, till: Till) -> HttpResponse:
    """Show the row of one product, found by uid or code, or that none has the code."""
    form = ProductForm(request.GET)
    if not form.is_valid():
        raise Http404
    uid, code = form.cleaned_data["product"], form.scanned()
    found = find_products(
        company=till.company,
        codes=[code] if code else [],
        uids=[uid] if uid else [],
    )
    if found.products:
        product, company = found.products[0], till.company
        goods = suggest_return(product, found.measure(code), company=company)
        row = {"product": product, "company": company, "goods": goods}
        return render(request, "refunds/_row_without_receipt.html", row)
    if code is None:
        raise Http404
    nothing = {"products": [], "words": code.text}
    return render(request, "catalogue/_tiles.html", nothing)


def _refund(request: StaffRequest, till: Till) -> HttpResponse:
    terms = read_terms(request.POST)
    refund = refund_without_receipt(
        uid=terms["uid"],
        lines=read_returns_without_receipt(request.POST, till=till),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        device=request.device,
        approved_by=approver_in(request),
        shown=terms["shown"],
        refund_tenders=read_tenders_without_receipt(
            terms["kind"], terms["reference"], company=till.company
        ),
    )
    return redirect_to_refund(request, till, refund)
