"""Exchanges: takes goods back and sells the new ones beside them."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.ids import uuid7
from pos.models import Till
from sales.basket.errors import InvalidOperationError
from sales.checkout.forms import read_revision, read_tenders
from sales.checkout.part_payments import part_payments_held, tenders_of
from sales.models import Sale
from sales.receipts.prints import draw_answer
from sales.refunds import forms
from sales.refunds.exchange import exchange_sale
from sales.refunds.preview_exchange import ExchangeResult
from sales.views.basket_page import find_basket, read_json
from sales.views.refund_page import read_exchange


@permission_required(["sales.refund_sale", "sales.finalize_sale"], raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def exchange(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show what comes back and the difference; a POST makes the exchange."""
    if request.method == "POST":
        return _exchange(request, till, uid)
    sale, _ = find_basket(request, till, uid)
    taken = tenders_of(part_payments_held(sale))
    exchanged = read_exchange(request, till, sale, taken=taken)
    context = {
        "sale": sale,
        "exchange": exchanged,
        "cash_sums": [] if taken else exchanged.cash_sums,
        "till": till,
        "company": till.company,
    }
    return render(request, "refunds/_exchange.html", context)


@sensitive_variables("content")
def _exchange(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    content = read_json(request)
    content_of_exchange = content.get("exchange")
    if not isinstance(content_of_exchange, dict):
        raise InvalidOperationError(what="exchange")
    terms = forms.read_terms(content_of_exchange)
    refund, sale = exchange_sale(
        refund_uid=terms["uid"],
        original=forms.read_original(content_of_exchange),
        lines=forms.read_returns(content_of_exchange.get("lines")),
        sale_uid=uid,
        tenders=read_tenders(content.get("tenders")),
        refund_tenders=forms.read_tenders(terms["kind"], terms["reference"]),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        device=request.device,
        revision=read_revision(content),
        approved_by=approver_in(request, content),
        shown=terms["shown"],
    )
    return JsonResponse(_answer(request, till, refund, sale))


def _answer(
    request: StaffRequest, till: Till, refund: Sale, sale: Sale
) -> dict[str, Any]:
    """Return both documents and what is handed over."""
    answers = [draw_answer(one, actor=request.user) for one in (sale, refund)]
    sale, refund = (receipt.sale for receipt, _ in answers)
    context = {
        "sale": sale,
        "refund": refund,
        "receipt": answers[0][0],
        "handover": ExchangeResult(refund, sale),
        "till": till,
        "company": till.company,
    }
    papers = [
        render_to_string(
            "receipts/_answer_paper.html",
            {
                "sale": receipt.sale,
                "receipt": receipt,
                "has_paper": has_paper,
                "company": till.company,
            },
            request,
        )
        for receipt, has_paper in answers
    ]
    return {
        "receipt_number": sale.receipt_number,
        "complete": render_to_string(
            "refunds/_exchange_complete.html", context, request
        ),
        "receipt": "".join(papers),
        "next": {"uid": uuid7(), "revision": 0, "next_seq": 1},
    }
