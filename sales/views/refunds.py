"""Goods that come back: what they come to, and the one request that pays back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from pos.approval import ApprovalForm, approver_in
from pos.ids import uuid7
from pos.models import StaffMember, Till
from pos.requests import StaffRequest
from pos.templatetags.pos_format import money
from pos.tills import at_till
from sales.models import Sale
from sales.refund_forms import REASONS, read_returns, read_terms, returned_rows
from sales.refund_preview import (
    chosen_paybacks,
    preview_of,
    rows_of,
    ways_to_pay_back,
)
from sales.services.refund_claims import MAY_APPROVE, ReturnedLine
from sales.services.refunds import kept_of, refund_sale


@permission_required("sales.refund_sale", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@at_till
def refunds(request: StaffRequest, till: Till, uid: UUID) -> HttpResponseBase:
    """What of a receipt comes back; posted, it is refunded, once for its uid.

    Asked for by the page itself, only the sum of what is ticked.
    """
    sale = sale_to_refund(till, uid)
    if request.method == "POST":
        return _refund(request, till, sale)
    context = refund_context(request, till, sale)
    if "HX-Request" in request.headers:
        context["is_swap"] = True
        return render(request, "sales/_refund_preview.html", context)
    context |= {
        "refund_uid": uuid7(),
        "reasons": REASONS,
        "reason": REASONS[0][0],
        "kind": "",
        "approval": ApprovalForm(),
        "now": now(),
    }
    return render(request, "sales/refund.html", context)


def sale_to_refund(till: Till, uid: UUID) -> Sale:
    """The finalized sale of that uid; there is none in another company."""
    sales = Sale.objects.of_company(till.company_id).finalized()
    sale = sales.filter(kind=Sale.Kind.SALE, uid=uid).for_receipt().first()
    if sale is None:
        raise Http404
    return sale


def refund_context(request: StaffRequest, till: Till, sale: Sale) -> dict[str, Any]:
    """Everything that the page of a refund shows for what its address ticks."""
    rows = rows_of(sale, read_returns(returned_rows(request.GET)))
    kept = kept_of(sale)
    terms = {"kind": request.GET.get("kind", ""), "reference": ""}
    return {
        "sale": sale,
        "rows": rows,
        "open_rows": sum(1 for row in rows if row.left),
        "refunded_before": sale.due - kept.due,
        "ways": ways_to_pay_back(kept, company=till.company, actor=request.user),
        "preview": preview_of(
            rows,
            kept=kept,
            company=till.company,
            paybacks=chosen_paybacks(terms, kept),
        ),
        "is_exchange": "exchange" in request.GET,
        "till": till,
        "company": till.company,
    }


def _refund(request: StaffRequest, till: Till, sale: Sale) -> HttpResponseBase:
    terms = read_terms(request.POST)
    refund = refund_sale(
        uid=terms["uid"],
        original=sale.uid,
        lines=[ReturnedLine(**row) for row in read_returns(returned_rows(request.POST))],
        reason=terms["reason"],
        actor=request.user,
        till=till,
        paybacks=chosen_paybacks(terms, kept_of(sale)),
        approved_by=approver_of(request, terms),
    )
    return refunded(request, till, refund)


def approver_of(request: StaffRequest, terms: dict[str, Any]) -> StaffMember | None:
    """Who agrees that money goes back otherwise: who signed, or may do it alone."""
    named = approver_in(request)
    if named is None and terms["kind"] and request.user.has_perm(MAY_APPROVE):
        return request.user
    return named


def refunded(request: StaffRequest, till: Till, refund: Sale) -> HttpResponseBase:
    """Go on to the refund's receipt, which says what to hand over."""
    ways = [
        f"{tender.get_kind_display()} {money(-tender.amount, till.company)}"
        for tender in refund.tenders.all()
    ]
    said = ", ".join(ways) or _("nothing to pay back")
    messages.success(request, _("Refunded: %(ways)s.") % {"ways": said})
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(refund.get_absolute_url())
    return redirect(refund)
