"""Shift pages: what the views of shift, drawer and closing share."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from pos.access.requests import StaffRequest
from pos.core.receipt_numbers import SALE, format_receipt_number
from pos.models import Till
from sales.models import Shift, ZReport
from sales.shifts.forms import DrawerForm


def get_shift_or_404(till: Till, uid: UUID) -> Shift:
    """Return the shift of this uid, if it is this till's."""
    shifts = Shift.objects.of_company(till.company_id).at_till(till.pk)
    shift = shifts.select_related("cashier", "closed_by").filter(uid=uid).first()
    if shift is None:
        raise Http404
    return shift


def shift_context(request: StaffRequest, till: Till, shift: Shift) -> dict[str, Any]:
    """Return what every page of an open shift shows."""
    return {"till": till, "company": till.company, "shift": shift, "now": now()}


def opening_context(till: Till, form: DrawerForm) -> dict[str, Any]:
    """Return what the page that opens a shift shows: how the last one ended."""
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
