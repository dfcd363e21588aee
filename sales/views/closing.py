"""Closing: counts the drawer blind, compares, and closes the shift."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pos.access.approval import ApprovalForm, approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import StaffMember, Till
from sales.models import CashCount, Sale, Shift
from sales.shifts.blind_count import (
    find_last_count,
    is_blind,
    needs_approval,
)
from sales.shifts.cash_movements import record_count
from sales.shifts.close import close_shift
from sales.shifts.errors import StaleCountError
from sales.shifts.forms import ClosingForm, DrawerForm
from sales.shifts.variance_approval import LOOK, find_approver
from sales.views.closing_page import (
    comparison,
    keep_approval,
    read_approval,
    require_count_shown,
)
from sales.views.shift_page import get_shift_or_404, shift_context


@sensitive_post_parameters("approver_password")
@permission_required("sales.close_shift", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def shift_count(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Count the drawer; the page shows what it should hold only after the count."""
    shift = get_shift_or_404(till, uid)
    if not shift.is_open and request.method != "POST":
        return redirect("sales:z_report", shift.uid)
    form = DrawerForm(request.POST or None, company=till.company)
    if form.is_valid():
        with form.show_refusals():
            record_count(
                uid=form.cleaned_data["uid"],
                shift=shift,
                total=form.cleaned_data["amount"],
                pieces=form.cleaned_data["pieces"],
                actor=request.user,
                approved_by=approver_in(request),
            )
            return redirect("sales:shift_close", shift.uid)
    at_outlet = Sale.objects.filter(till__outlet_id=till.outlet_id)
    here = at_outlet.at_till(till.pk).open().worth_keeping()
    count = find_last_count(shift)
    context = shift_context(request, till, shift) | {
        "form": form,
        "count": count,
        "needs_approval": needs_approval(shift, count, actor=request.user),
        "approval": ApprovalForm(),
        "sees_expected": not is_blind(request.user),
        "open_sales": here.count(),
        "parked_sales": at_outlet.parked().count(),
    }
    status = 422 if form.errors else 200
    return render(request, "shifts/shift_count.html", context, status=status)


@sensitive_post_parameters("approver_password")
@permission_required("sales.close_shift", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def shift_close(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Compare the count with the expected cash, ask for a reason, and close.

    Where only a supervisor may see by how much the drawer is off, they see it first.
    """
    shift = get_shift_or_404(till, uid)
    if not shift.is_open:
        return redirect("sales:z_report", shift.uid)
    count = find_last_count(shift)
    if count is None:
        return redirect("sales:shift_count", shift.uid)
    typed, code = read_approval(request)
    form = ClosingForm(request.POST or None, initial={"variance_reason": typed})
    approver = find_approver(code, count=count)
    compared = comparison(request, shift, count, approver)
    if form.is_valid():
        with form.show_refusals():
            try:
                if compared["asks_before_showing"]:
                    keep_approval(request, shift, count, form)
                    return redirect("sales:shift_close", shift.uid)
                _close(request, shift, count, form, approver)
            except StaleCountError as error:
                messages.error(request, str(error))
                return redirect("sales:shift_count", shift.uid)
            return redirect(f"{reverse('sales:z_report', args=[shift.uid])}?print")
    context = shift_context(request, till, shift) | compared
    context |= {"form": form, "code": code}
    status = 422 if form.errors else 200
    response = render(request, "shifts/shift_close.html", context, status=status)
    if approver:
        # What the supervisor looked at does not stay for the next person.
        response.headers["Refresh"] = f"{LOOK.seconds};url={request.path}"
    return response


def _close(
    request: StaffRequest,
    shift: Shift,
    count: CashCount,
    form: ClosingForm,
    approver: StaffMember | None,
) -> None:
    """Close with the last count, if that is what the page showed."""
    require_count_shown(count, form)
    close_shift(
        uid=shift.uid,
        counted_cash=count.total,
        expected=count.expected_cash,
        actor=request.user,
        variance_reason=form.cleaned_data["variance_reason"],
        approved_by=approver or approver_in(request),
    )
