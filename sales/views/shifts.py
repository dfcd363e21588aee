"""The shift: opened with a float, closed with a count."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from pos.models import Till
from pos.money import ZERO
from pos.requests import StaffRequest
from pos.tills import at_till
from sales.forms import CashForm, FloatForm
from sales.models import Sale, Shift
from sales.services.shifts import close_shift, open_shift

# How many receipts the page of a shift shows.
LATEST = 8


@permission_required("sales.sell", raise_exception=True)
@require_http_methods(["GET", "POST"])
@at_till
def shifts(request: StaffRequest, till: Till) -> HttpResponse:
    """The till's shift as it stands, or a new one to open."""
    if request.method == "POST":
        return _open(request, till)
    return _shift_page(request, till, {})


@permission_required("sales.close_shift", raise_exception=True)
@require_POST
@at_till
def shift_count(request: StaffRequest, till: Till, uid: UUID) -> HttpResponse:
    """Close this till's shift with the cash that was counted in its drawer."""
    shifts_here = Shift.objects.of_company(till.company_id).at_till(till.pk)
    if not shifts_here.filter(uid=uid).exists():
        raise Http404
    form = CashForm(request.POST)
    if not form.is_valid():
        return _shift_page(request, till, {"form": form}, status=422)
    close_shift(uid=uid, counted_cash=form.cleaned_data["amount"], actor=request.user)
    messages.success(request, _("The shift is closed."))
    return redirect("sales:shifts")


@permission_required("sales.open_shift", raise_exception=True)
def _open(request: StaffRequest, till: Till) -> HttpResponse:
    form = FloatForm(request.POST)
    if not form.is_valid():
        return _shift_page(request, till, {"form": form}, status=422)
    open_shift(
        uid=form.cleaned_data["uid"],
        till=till,
        opening_float=form.cleaned_data["amount"],
        actor=request.user,
    )
    return redirect("sales:till")


def _shift_page(
    request: StaffRequest, till: Till, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    shift = Shift.objects.at_till(till.pk).open().select_related("cashier").first()
    context = {"till": till, "company": till.company, "now": now(), **context}
    if shift is None:
        context = opening_context(till) | context
    else:
        taken = Sale.objects.finalized().filter(shift=shift)
        context = {"form": CashForm()} | context | {"shift": shift}
        context |= taken.aggregate(
            receipts=Count("pk"), takings=Sum("total", default=ZERO)
        )
        latest = taken.select_related("customer").prefetch_related("tenders")
        context["latest"] = latest.order_by("-pk")[:LATEST]
    return render(request, "sales/shifts.html", context, status=status)


def opening_context(till: Till) -> dict[str, Any]:
    """What a person who opens a shift is shown: how the last one ended."""
    closed = Shift.objects.at_till(till.pk).filter(closed_at__isnull=False)
    return {
        "last_shift": closed.select_related("cashier", "closed_by").first(),
        "form": FloatForm(),
        "today": till.outlet.business_date(now()),
        "next_number": till.last_sale_number + 1,
    }
