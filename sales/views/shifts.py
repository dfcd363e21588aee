"""Shifts: opens a shift with a float, and shows its X report."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.models import Shift
from sales.shifts.forms import DrawerForm
from sales.shifts.open import open_shift
from sales.shifts.summary import count_discounted, sum_shift
from sales.views.shift_page import opening_context, shift_context


@permission_required("sales.sell", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def shifts(request: StaffRequest, till: Till) -> HttpResponse:
    """Show the X report of the open shift, or the form that opens one."""
    if request.method == "POST":
        return _open(request, till)
    shift = Shift.objects.at_till(till.pk).open().select_related("cashier").first()
    if shift is None:
        form = DrawerForm(company=till.company)
        return render(request, "shifts/shift_open.html", opening_context(till, form))
    figures = sum_shift(shift)
    context = shift_context(request, till, shift) | {
        "figures": figures,
        "discounted": count_discounted(shift),
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
