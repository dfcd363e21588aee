"""Payment: shows what is left to pay, and finalizes the sale."""

from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from pos.access.approval import ApprovalForm
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.ids import uuid7
from pos.models import Till
from sales.cash.denominations import split_into_denominations
from sales.cash.quick_sums import suggest_amounts
from sales.cash.rounding import cash_rule
from sales.checkout.finalize import finalize_sale
from sales.checkout.forms import read_revision, read_tenders
from sales.checkout.settlement import still_to_pay
from sales.models import Tender
from sales.pricing.usable_points import find_usable_points
from sales.receipts.prints import draw_answer
from sales.views.basket_page import find_basket, read_json
from sales.views.refund_page import read_exchange

# What the address names of each tender that was taken.
TAKEN = ("kind", "tendered", "reference", "is_pending")


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def payment(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Show what is left to pay after the tenders that were taken so far.

    The address holds these, since nothing is saved before the sale is finalized.
    """
    sale, lines = find_basket(request, till, uid)
    columns = [request.GET.getlist(name) for name in TAKEN]
    rows = zip_longest(*columns, fillvalue="")
    taken = read_tenders([dict(zip(TAKEN, row, strict=True)) for row in rows])
    rule = cash_rule(till.company)
    if "original" in request.GET:
        exchange = read_exchange(request, till, sale, taken=taken)
        left = exchange.left
    else:
        exchange = None
        left = still_to_pay(sale.total, taken, rule=rule)
    context: dict[str, Any] = {
        "sale": sale,
        "till": till,
        "company": till.company,
        "taken": [(payment, Tender.Kind(payment.kind).label) for payment in taken],
        "left": left,
        "cash_sums": suggest_amounts(
            left.in_cash,
            places=rule.places,
            scale=rule.scale,
            change_limit=rule.change_limit,
        ),
        "change_limit": rule.change_limit,
        "exchange": exchange,
        "now": now(),
    }
    if points := find_usable_points(sale, lines, left=left.amount):
        context |= {
            "programme": points.programme,
            "usable": points.count,
            "usable_value": points.value,
        }
    if exchange is None or not exchange.gives_back:
        return render(request, "checkout/_payment.html", context)
    context |= {
        "approval": ApprovalForm(),
        "counted": split_into_denominations(
            exchange.preview.in_cash, currency=till.company.currency
        ),
    }
    return render(request, "refunds/_payback.html", context)


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@till_required
def finalization(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Finalize the sale; a repeat gets the same answer."""
    content = read_json(request)
    sale = finalize_sale(
        uid=uid,
        tenders=read_tenders(content.get("tenders")),
        actor=request.user,
        till=till,
        revision=read_revision(content),
    )
    return JsonResponse(_finished_context(request, till, sale.uid))


def _finished_context(request: StaffRequest, till: Till, uid: UUID) -> dict[str, Any]:
    receipt = draw_answer(uid, actor=request.user)
    sale = receipt.sale
    context = {
        "sale": sale,
        "receipt": receipt,
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
        "receipt": render_to_string("receipts/_receipt_paper.html", context, request),
        "next": {"uid": uuid7(), "revision": 0, "next_seq": 1},
    }
