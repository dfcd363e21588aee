"""Basket: applies operations, shows the basket, and voids it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import JsonResponse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.basket.apply import Basket, apply_operations
from sales.basket.forms import read_reason
from sales.basket.operations import Operation, parse_operations
from sales.basket.void import void_sale
from sales.views.approval_panel import draw_approval_panel, read_approved_operation
from sales.views.basket_page import basket_answer, find_basket, read_json


@permission_required("sales.sell", raise_exception=True)
@require_POST
@till_required
def operations(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Apply a batch of operations; answer with the basket."""
    sent = parse_operations(read_json(request))
    basket = apply_operations(
        uid=uid,
        till=till,
        device=request.device,
        operations=sent,
        actor=request.user,
    )
    return JsonResponse(_answer(request, till, basket, sent))


@permission_required("sales.sell", raise_exception=True)
@require_POST
@till_required
@sensitive_variables("content")
def approvals(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Apply one operation that somebody approves; answer with the basket."""
    content = read_json(request)
    sale, _lines = find_basket(request, till, uid)
    operation = read_approved_operation(content, seq=sale.last_seq + 1)
    basket = apply_operations(
        uid=uid,
        till=till,
        device=request.device,
        operations=[operation],
        actor=request.user,
        approved_by=approver_in(request, content),
    )
    approver = str(content.get("approver", ""))
    return JsonResponse(_answer(request, till, basket, [operation], approver=approver))


def _answer(
    request: StaffRequest,
    till: Till,
    basket: Basket,
    sent: Sequence[Operation],
    *,
    approver: str = "",
) -> dict[str, Any]:
    """Return the basket after a batch, with the panel that it may need."""
    sale, lines, results = basket.sale, basket.lines, basket.results
    answer = basket_answer(request, till, sale, lines, results=results)
    answer["acknowledged"] = basket.acknowledged
    answer["approval"] = draw_approval_panel(
        request, till, basket, operations=sent, approver=approver
    )
    return answer


@permission_required("sales.sell", raise_exception=True)
@require_safe
@till_required
def basket(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Show the basket; it is empty where the sale does not exist yet."""
    sale, lines = find_basket(request, till, uid)
    return JsonResponse(basket_answer(request, till, sale, lines))


@permission_required("sales.void_sale", raise_exception=True)
@require_POST
@till_required
@sensitive_variables("content")
def void(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Void the basket; answer with the voided sale."""
    content = read_json(request)
    sale = void_sale(
        uid=uid,
        reason=read_reason(content),
        actor=request.user,
        till=till,
        device=request.device,
        approved_by=approver_in(request, content),
    )
    return JsonResponse({"uid": sale.uid, "status": sale.status})
