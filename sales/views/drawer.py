"""Drawer: moves cash during a shift, and opens the drawer without a sale."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pos.access.approval import ApprovalForm, approver_in
from pos.access.limits import Answer, decide, limit_of
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.money import ZERO
from pos.models import Till
from pos.models.limits import LimitedAct
from pos.templatetags.pos_format import money
from sales.models import CashMovement, Shift
from sales.shifts.cash_movements import (
    MOVES,
    CashMove,
    measure_move,
    record_cash_movement,
)
from sales.shifts.forms import (
    REASONS_IN,
    REASONS_NO_SALE,
    REASONS_OUT,
    MovementForm,
    NoSaleForm,
)
from sales.views.shift_page import get_shift_or_404, shift_context

NO_SALE = CashMove(CashMovement.Kind.NO_SALE, ZERO, "")


@sensitive_post_parameters("approver_password")
@permission_required("sales.move_cash", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def shift_movements(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Record a pay-in, pay-out or drop; show the movements of the shift so far."""
    shift = get_shift_or_404(till, uid)
    form = MovementForm(request.POST or None)
    if form.is_valid():
        with form.show_refusals():
            movement = record_cash_movement(
                uid=form.cleaned_data["uid"],
                till=till,
                move=form.move(),
                actor=request.user,
                approved_by=approver_in(request),
                seen=shift,
            )
            text = _("%(kind)s %(amount)s was recorded.")
            facts = {
                "kind": movement.get_kind_display().capitalize(),
                "amount": money(abs(movement.amount), till.company),
            }
            messages.success(request, text % facts)
            return redirect("sales:shift_movements", shift.uid)
    context = _context(request, till, shift) | {
        "form": form,
        "reasons_in": REASONS_IN,
        "reasons_out": REASONS_OUT,
        "approval": ApprovalForm(),
        # A refused amount may be posted again, with who approved it.
        "may_be_approved": form.is_bound
        and (
            till.company.allows_cash_below_zero
            or limit_of(request.user, LimitedAct.CASH_OUT) is not None
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "shifts/shift_movements.html", context, status=status)


@sensitive_post_parameters("approver_password")
@permission_required("sales.move_cash", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def shift_no_sale(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Open the drawer without a sale; a supervisor does it or approves it."""
    shift = get_shift_or_404(till, uid)
    form = NoSaleForm(request.POST or None)
    if form.is_valid():
        with form.show_refusals():
            record_cash_movement(
                uid=form.cleaned_data["uid"],
                till=till,
                move=replace(NO_SALE, reason=form.cleaned_data["reason"]),
                actor=request.user,
                seen=shift,
                approved_by=approver_in(request),
            )
            messages.success(request, _("Open the drawer now. This was recorded."))
            return redirect("sales:shift_no_sale", shift.uid)
    context = _context(request, till, shift) | {
        "form": form,
        "approval": ApprovalForm(),
        "reasons": REASONS_NO_SALE,
        "goes_alone": decide(request.user, MOVES, measure_move(NO_SALE, shift))
        == Answer.ALONE,
    }
    status = 422 if form.errors else 200
    return render(request, "shifts/shift_no_sale.html", context, status=status)


def _context(request: StaffRequest, till: Till, shift: Shift) -> dict[str, Any]:
    movements = shift.movements.select_related("staff_member", "approved_by")
    sums = shift.movements.aggregate(
        moved_in=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
        moved_out=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
    )
    return shift_context(request, till, shift) | {"movements": movements, **sums}
