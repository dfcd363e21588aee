"""Payment: shows what is left to pay, and finalizes the sale."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.ids import uuid7
from pos.models import Till
from sales.cash.denominations import split_into_denominations
from sales.checkout.finalize import finalize_sale
from sales.checkout.forms import read_revision, read_tenders
from sales.models import Sale
from sales.receipts.prints import draw_answer
from sales.views.basket_page import find_basket, read_json
from sales.views.payment_page import payment_pane


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def payment(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show what is left to pay after what the basket holds."""
    sale, lines = find_basket(request, till, uid)
    return HttpResponse(payment_pane(request, till, sale, lines))


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@till_required
@sensitive_variables("content")
def finalization(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Finalize the sale; a repeat gets the same answer."""
    content = read_json(request)
    sale = finalize_sale(
        uid=uid,
        tenders=read_tenders(content.get("tenders")),
        actor=request.user,
        till=till,
        device=request.device,
        revision=read_revision(content),
        approved_by=approver_in(request, content),
    )
    return JsonResponse(_finished_context(request, till, sale))


def _finished_context(
    request: StaffRequest, till: Till, finalized: Sale
) -> dict[str, Any]:
    receipt, has_paper = draw_answer(finalized, actor=request.user)
    sale = receipt.sale
    context = {
        "sale": sale,
        "receipt": receipt,
        "has_paper": has_paper,
        "till": till,
        "company": till.company,
        "counted": split_into_denominations(
            receipt.change, currency=till.company.currency
        ),
        "cash_tendered": sum(t.tendered for t in receipt.tenders if t.kind == "cash"),
    }
    return {
        "receipt_number": sale.receipt_number,
        "complete": render_to_string("checkout/_complete.html", context, request),
        "receipt": render_to_string("receipts/_answer_paper.html", context, request),
        "next": {"uid": uuid7(), "revision": 0, "next_seq": 1},
    }
