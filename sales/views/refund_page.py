"""Refund pages: what the views of refunds and exchanges share."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from pos.access.approval import ApprovalForm
from pos.access.requests import StaffRequest
from pos.core.ids import uuid7
from pos.models import Company, Till
from pos.templatetags.pos_format import money
from sales.checkout.settlement import CASH, TenderInput
from sales.checkout.vouchers import is_voucher
from sales.models import Sale
from sales.refunds.forms import REASONS, read_returns, read_tenders, returned_rows
from sales.refunds.handover import Handed, list_given_back
from sales.refunds.preview_exchange import Exchange, preview_exchange
from sales.refunds.request import RefundRequest
from sales.refunds.rows import Original, find_original
from sales.templatetags.shift_format import handed_name


def get_original_or_404(till: Till, uid: UUID) -> Original:
    """Return the finalized sale of that uid in this company."""
    original = find_original(uid, company_id=till.company_id)
    if original is None:
        raise Http404
    return original


def read_request(request: StaffRequest, till: Till, *, kind: str) -> RefundRequest:
    """Read the lines that are ticked in the address, and the way to pay back."""
    return RefundRequest(
        actor=request.user,
        till=till,
        lines=read_returns(returned_rows(request.GET)),
        tenders=read_tenders(kind),
    )


def read_exchange(
    request: StaffRequest, till: Till, sale: Sale, *, taken: Sequence[TenderInput] = ()
) -> Exchange:
    """Read the exchange in the address; this basket holds the new goods."""
    try:
        uid = UUID(request.GET.get("original", ""))
    except ValueError as error:
        raise Http404 from error
    kind = request.GET.get("payback", "")
    return preview_exchange(
        read_request(request, till, kind=kind),
        get_original_or_404(till, uid),
        kind=kind,
        sale=sale,
        taken=taken,
    )


def new_refund_context() -> dict[str, Any]:
    """Return what the form of a refund starts with."""
    return {
        "refund_uid": uuid7(),
        "reasons": REASONS,
        "reason": REASONS[0][0],
        "approval": ApprovalForm(),
        "now": now(),
    }


def redirect_to_refund(request: StaffRequest, till: Till, refund: Sale) -> HttpResponse:
    """Redirect to the refund's receipt, which shows what to hand over."""
    messages.success(request, _describe(list_given_back(refund), till.company))
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(refund.get_absolute_url())
    return redirect(refund)


def _describe(back: Sequence[Handed], company: Company) -> str:
    """Return how it is refunded; where a voucher goes back, that it is handed over."""
    ways = ", ".join(
        f"{handed_name(handed, company)} {money(handed.amount, company)}"
        for handed in back
    )
    kinds = {handed.kind for handed in back}
    if any(map(is_voucher, kinds)) and all(k == CASH or is_voucher(k) for k in kinds):
        return _("Refunded. Hand over: %(ways)s.") % {"ways": ways}
    return _("Refunded: %(ways)s.") % {"ways": ways or _("nothing to refund")}
