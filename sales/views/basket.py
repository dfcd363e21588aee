"""Basket: applies operations, shows the basket, and voids it."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import JsonResponse
from django.views.decorators.http import require_POST, require_safe

from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.basket.apply import apply_operations
from sales.basket.forms import read_reason
from sales.basket.operations import parse_operations
from sales.basket.void import void_sale
from sales.views.basket_page import basket_answer, find_basket, read_json


@permission_required("sales.sell", raise_exception=True)
@require_POST
@till_required
def operations(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Apply a batch of operations; answer with the basket."""
    basket = apply_operations(
        uid=uid,
        till=till,
        operations=parse_operations(read_json(request)),
        actor=request.user,
    )
    answer = basket_answer(
        request, till, basket.sale, basket.lines, results=basket.results
    )
    answer["acknowledged"] = basket.acknowledged
    return JsonResponse(answer)


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
def void(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Void the basket; answer with the voided sale."""
    sale = void_sale(
        uid=uid, reason=read_reason(read_json(request)), actor=request.user, till=till
    )
    return JsonResponse({"uid": sale.uid, "status": sale.status})
