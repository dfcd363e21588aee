"""Part payments: takes money for a basket before the rest is paid; gives it back."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import JsonResponse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.checkout.forms import read_tenders, read_uid
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.views.basket_page import read_json
from sales.views.payment_page import payment_answer


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@till_required
def part_payments(request: StaffRequest, till: Till, uid: UUID) -> JsonResponse:
    """Take money for the basket; a repeat gets the basket as it is now."""
    content = read_json(request)
    (payment,) = read_tenders([content])
    part = take_part_payment(
        uid=read_uid(content),
        sale_uid=uid,
        payment=payment,
        actor=request.user,
        till=till,
        device=request.device,
    )
    return JsonResponse(payment_answer(request, till, part.sale))


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@till_required
@sensitive_variables("content")
def part_payment_return(
    request: StaffRequest, till: Till, uid: UUID, part: UUID
) -> JsonResponse:
    """Give back what was taken; a repeat gets the basket as it is now."""
    content = read_json(request)
    given = give_back_part_payment(
        uid=read_uid(content),
        sale_uid=uid,
        part_uid=part,
        actor=request.user,
        till=till,
        device=request.device,
        approved_by=approver_in(request, content),
    )
    return JsonResponse(payment_answer(request, till, given.sale))
