"""Goods that come back without a receipt: found in the catalogue, and approved."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pos.access.approval import ApprovalForm, approver_in, require_approval
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.catalogue.forms import ProductForm
from pos.catalogue.tiles import TILES_MAX, tiles_at
from pos.core.ids import uuid7
from pos.models import Till
from sales.basket.lookups import Lookups
from sales.refunds.forms import REASONS, read_terms
from sales.refunds.preview_without_receipt import (
    loose_preview,
    loose_ways,
    read_loose_returns,
)
from sales.refunds.request import MAY_APPROVE
from sales.refunds.settlement import Payback
from sales.refunds.without_receipt import refund_without_receipt
from sales.views.refunds import refunded


@sensitive_post_parameters("approver_password")
@permission_required("sales.refund_sale", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def loose_refunds(request: StaffRequest, till: Till) -> HttpResponse:
    """Which goods come back, at which price; posted, they are refunded once."""
    if request.method == "POST":
        return _refund(request, till)
    kind = request.GET.get("kind", "")
    lines = read_loose_returns(request.GET, till=till)
    preview = loose_preview(lines, till=till, terms={"kind": kind})
    context = {"preview": preview, "till": till, "company": till.company}
    if "HX-Request" in request.headers:
        return render(request, "refunds/_preview_without_receipt.html", context)
    context |= {
        "refund_uid": uuid7(),
        "products": tiles_at(till).favourites()[:TILES_MAX],
        "reasons": REASONS,
        "reason": REASONS[0][0],
        "ways": loose_ways(till, request.user),
        "kind": preview.kind,
        "approval": ApprovalForm(),
        "now": now(),
    }
    return render(request, "refunds/refund_without_receipt.html", context)


@permission_required("sales.refund_sale", raise_exception=True)
@require_safe
@till_required
def loose_row(request: StaffRequest, till: Till) -> HttpResponse:
    """The row of one product, by its uid or by a code; or that nothing has the code."""
    form = ProductForm(request.GET)
    if not form.is_valid():
        raise Http404
    uid, code = form.cleaned_data["product"], form.cleaned_data["code"]
    lookups = Lookups(till.company, till.outlet.business_date(now()))
    lookups.find_products(codes=[] if uid else [code], uids=[uid] if uid else [])
    product = lookups.by_uid.get(uid) or lookups.by_code.get(code)
    if product is None and not code:
        raise Http404
    if product is None:
        return render(request, "catalogue/_tiles.html", {"products": [], "words": code})
    context = {"product": product, "company": till.company}
    return render(request, "refunds/_row_without_receipt.html", context)


def _refund(request: StaffRequest, till: Till) -> HttpResponse:
    terms = read_terms(request.POST)
    kind = terms["kind"] or till.company.accepted_tenders[0]
    refund = refund_without_receipt(
        uid=terms["uid"],
        lines=read_loose_returns(request.POST, till=till),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        approved_by=require_approval(
            MAY_APPROVE, actor=request.user, approved_by=approver_in(request)
        ),
        paybacks=[Payback(kind, None, terms["reference"])],
    )
    return refunded(request, till, refund)
