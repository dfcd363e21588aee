"""The shift: opened with a float, and looked at as it stands."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.core.receipt_numbers import SALE, format_receipt_number
from pos.models import Till
from sales.models import Shift, ZReport
from sales.shifts.forms import DrawerForm
from sales.shifts.open import open_shift
from sales.shifts.summary import shift_figures


@permission_required("sales.sell", raise_exception=True)
@require_http_methods(["GET", "POST"])
@till_required
def shifts(request: StaffRequest, till: Till) -> HttpResponse:
    """The X report of the till's shift, or a new shift to open."""
    if request.method == "POST":
        return _open(request, till)
    shift = Shift.objects.at_till(till.pk).open().select_related("cashier").first()
    if shift is None:
        form = DrawerForm(company=till.company)
        return render(request, "shifts/shift_open.html", opening_context(till, form))
    figures = shift_figures(shift)
    context = shift_context(request, till, shift) | {
        "figures": figures,
        "average": figures.sold / figures.counts.sales
        if figures.counts.sales
        else None,
        "shows_expected": request.user.has_perm("sales.view_expected"),
    }
    return render(request, "shifts/shift.html", context)


@permission_required("sales.open_shift", raise_exception=True)
def _open(request: StaffRequest, till: Till) -> HttpResponse:
    form = DrawerForm(request.POST, company=till.company)
    if form.is_valid():
        with form.show_refusals():
            open_shift(
                uid=form.cleaned_data["uid"],
                till=till,
                opening_float=form.cleaned_data["amount"],
                pieces=form.cleaned_data["pieces"],
                actor=request.user,
            )
            return redirect("sales:till")
    context = opening_context(till, form)
    return render(request, "shifts/shift_open.html", context, status=422)


def shift_here(till: Till, uid: UUID) -> Shift:
    """The shift of this uid, if it is this till's."""
    shifts_here = Shift.objects.of_company(till.company_id).at_till(till.pk)
    shift = shifts_here.select_related("cashier", "closed_by").filter(uid=uid).first()
    if shift is None:
        raise Http404
    return shift


def shift_context(request: StaffRequest, till: Till, shift: Shift) -> dict[str, Any]:
    """What every page of an open shift shows."""
    return {"till": till, "company": till.company, "shift": shift, "now": now()}


def opening_context(till: Till, form: DrawerForm) -> dict[str, Any]:
    """What a person who opens a shift is shown: how the last one ended."""
    closed = Shift.objects.at_till(till.pk).filter(closed_at__isnull=False)
    reports = ZReport.objects.filter(till=till).order_by("-number")
    return {
        "till": till,
        "company": till.company,
        "form": form,
        "last_shift": closed.select_related("cashier", "closed_by").first(),
        "last_z": reports.select_related("shift").first(),
        "today": till.outlet.business_date(now()),
        "next_receipt": format_receipt_number(
            till.code, SALE, till.last_sale_number + 1
        ),
        "now": now(),
    }
