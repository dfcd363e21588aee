"""Goods that come back: what they come to, and the one request that pays back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from pos.access.approval import ApprovalForm, approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.ids import uuid7
from pos.models import StaffMember, Till
from pos.templatetags.pos_format import money
from sales.models import Sale
from sales.refunds.forms import REASONS, read_returns, read_terms, returned_rows
from sales.refunds.plan import Original, kept_of
from sales.refunds.preview import (
    chosen_paybacks,
    is_owed_otherwise,
    original_of,
    preview_of,
    ways_to_pay_back,
)
from sales.refunds.refund import refund_sale
from sales.refunds.request import MAY_APPROVE
from sales.refunds.settlement import Kept


@sensitive_post_parameters("approver_password")
@permission_required("sales.refund_sale", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def refunds(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """What of a receipt comes back; posted, it is refunded, once for its uid.

    Asked for by the page itself, only the sum of what is ticked.
    """
    original = sale_to_refund(till, uid)
    if request.method == "POST":
        return _refund(request, till, original.sale)
    context = refund_context(request, till, original)
    if "HX-Request" in request.headers:
        context["is_swap"] = True
        return render(request, "refunds/_refund_preview.html", context)
    prefetch_related_objects([original.sale], "tenders__corrections")
    context |= {
        "refund_uid": uuid7(),
        "reasons": REASONS,
        "reason": REASONS[0][0],
        "kind": "",
        "approval": ApprovalForm(),
        "now": now(),
    }
    return render(request, "refunds/refund.html", context)


def sale_to_refund(till: Till, uid: UUID) -> Original:
    """The finalized sale of that uid; there is none in another company."""
    original = original_of(Sale.objects.of_company(till.company_id), uid)
    if original is None:
        raise Http404
    return original


def refund_context(
    request: StaffRequest, till: Till, original: Original
) -> dict[str, Any]:
    """Everything that the page of a refund shows for what its address ticks."""
    sale = original.sale
    kept = kept_of(sale)
    terms = {"kind": request.GET.get("kind", ""), "reference": ""}
    preview = preview_of(
        original,
        read_returns(returned_rows(request.GET)),
        kept=kept,
        paybacks=chosen_paybacks(terms, kept),
    )
    return {
        "sale": sale,
        "preview": preview,
        "open_rows": sum(1 for row in preview.rows if row.left),
        "refunded_before": sale.due - kept.due,
        "ways": ways_to_pay_back(kept, company=till.company, actor=request.user),
        "is_exchange": "exchange" in request.GET,
        "till": till,
        "company": till.company,
    }


def _refund(request: StaffRequest, till: Till, sale: Sale) -> HttpResponse:
    terms = read_terms(request.POST)
    refund = refund_sale(
        uid=terms["uid"],
        original=sale.uid,
        lines=read_returns(returned_rows(request.POST)),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        paybacks=chosen_paybacks(terms, kept_of(sale)),
        approved_by=approver_of(request, request.POST, terms=terms, kept=kept_of(sale)),
    )
    return refunded(request, till, refund)


@sensitive_variables("typed")
def approver_of(
    request: StaffRequest,
    typed: Mapping[str, Any],
    *,
    terms: dict[str, Any],
    kept: Kept,
) -> StaffMember | None:
    """Who agrees that money goes back otherwise: who signed, or may do it alone."""
    named = approver_in(request, typed)
    is_otherwise = terms["kind"] or is_owed_otherwise(kept)
    if named is None and is_otherwise and request.user.has_perm(MAY_APPROVE):
        return request.user
    return named


def refunded(request: StaffRequest, till: Till, refund: Sale) -> HttpResponse:
    """Go on to the refund's receipt, which says what to hand over."""
    ways = [
        f"{tender.get_kind_display()} {money(-tender.amount, till.company)}"
        for tender in refund.tenders.all()
    ]
    said = ", ".join(ways) or _("nothing to refund")
    messages.success(request, _("Refunded: %(ways)s.") % {"ways": said})
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(refund.get_absolute_url())
    return redirect(refund)
