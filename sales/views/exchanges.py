"""Goods that come back beside the basket of those that go out instead."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.ids import uuid7
from pos.core.money import ZERO
from pos.models import TenderKind, Till
from sales.basket.errors import InvalidOperationError
from sales.cash.denominations import in_notes_and_coins
from sales.cash.quick_sums import sums_with_change
from sales.checkout.forms import read_revision, read_tenders
from sales.models import Sale
from sales.receipts.receipt import receipt_of
from sales.refunds.exchange import exchange_sale
from sales.refunds.forms import read_returns, read_terms
from sales.refunds.plan import kept_of
from sales.refunds.preview import chosen_paybacks
from sales.refunds.preview_exchange import exchange_of
from sales.views.basket_page import find_basket, read_json
from sales.views.refunds import approver_of, sale_to_refund


@permission_required(["sales.refund_sale", "sales.finalize_sale"], raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def exchange(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """What comes back beside this basket, and the difference; posted, it is done."""
    if request.method == "POST":
        return _exchange(request, till, uid)
    sale, _ = find_basket(request, till, uid)
    exchanged = exchange_of(request.GET, sale=sale, till=till, actor=request.user)
    places = till.company.currency_places
    takes_cash = TenderKind.CASH in till.company.accepted_tenders
    exact = exchanged.left.in_cash if takes_cash else ZERO
    context = {
        "sale": sale,
        "exchange": exchanged,
        "cash_sums": sums_with_change(exact, places=places),
        "till": till,
        "company": till.company,
    }
    return render(request, "refunds/_exchange.html", context)


@sensitive_variables("content")
def _exchange(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    content = read_json(request)
    asked = content.get("exchange")
    if not isinstance(asked, dict):
        raise InvalidOperationError(what="exchange")
    terms = read_terms(asked)
    original = sale_to_refund(till, _original(asked))
    kept = kept_of(original.sale)
    approver = approver_of(request, content, terms=terms, kept=kept)
    refund, sale = exchange_sale(
        refund_uid=terms["uid"],
        original=original.sale.uid,
        lines=read_returns(asked.get("lines")),
        sale_uid=uid,
        tenders=read_tenders(content.get("tenders")),
        paybacks=chosen_paybacks(terms, kept),
        reason=terms["reason"],
        actor=request.user,
        till=till,
        revision=read_revision(content),
        approved_by=approver,
    )
    return JsonResponse(_exchanged(request, till, refund.uid, sale.uid))


def _original(asked: dict[str, Any]) -> UUID:
    try:
        return UUID(str(asked.get("original")))
    except ValueError as error:
        raise InvalidOperationError(what="original") from error


def _exchanged(
    request: StaffRequest, till: Till, refund_uid: UUID, sale_uid: UUID
) -> dict[str, Any]:
    """Both documents, and what is handed over between them."""
    sales = Sale.objects.of_company(till.company_id).for_receipt()
    refund, sale = sales.get(uid=refund_uid), sales.get(uid=sale_uid)
    receipt = receipt_of(sale)
    back = [t for t in refund.tenders.all() if t.kind != "exchange"]
    given_back = -sum(tender.amount for tender in back)
    in_cash = receipt.change - sum(t.amount for t in back if t.kind == "cash")
    context = {
        "sale": sale,
        "refund": refund,
        "receipt": receipt,
        "till": till,
        "company": till.company,
        "paid": [t for t in receipt.tenders if t.kind != "exchange"],
        "back": back,
        "given_back": given_back,
        "counted": in_notes_and_coins(in_cash, currency=till.company.currency),
    }
    papers = [
        render_to_string(
            "receipts/_receipt_paper.html",
            {"sale": each, "receipt": receipt_of(each), "company": till.company},
            request,
        )
        for each in (sale, refund)
    ]
    return {
        "receipt_number": sale.receipt_number,
        "complete": render_to_string(
            "refunds/_exchange_complete.html", context, request
        ),
        "receipt": "".join(papers),
        "next": {"uid": uuid7(), "revision": 0, "next_seq": 1},
    }
