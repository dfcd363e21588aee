"""Tenders: confirms and corrects the tenders of a finalized sale."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pos.access.approval import approver_in
from pos.access.requests import StaffRequest
from pos.access.tills import till_required
from pos.models import Till
from sales.checkout.forms import ConfirmationForm, CorrectionForm
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.checkout.vouchers import list_ways_to_pay
from sales.models import Sale, Tender
from sales.views.receipt_page import receipts_page


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@till_required
def confirmation(
    request: StaffRequest, till: Till, uid: UUID, position: int
) -> HttpResponse:
    """Confirm that the money of a pending tender has arrived."""
    tender = _tender(till, uid, position)
    form = ConfirmationForm(request.POST, auto_id=f"confirm-{position}-%s")
    if not form.is_valid():
        return _again(request, till, tender, form)
    confirm_tender(tender=tender, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The payment is confirmed."))
    return redirect("sales:receipt", uid)


@sensitive_post_parameters("approver_password")
@permission_required("sales.correct_tender", raise_exception=True)
@require_POST
@till_required
def correction(
    request: StaffRequest, till: Till, uid: UUID, position: int
) -> HttpResponse:
    """Correct the kind of a tender; to or from cash a supervisor approves it."""
    tender = _tender(till, uid, position)
    form = CorrectionForm(
        request.POST,
        accepted=list_ways_to_pay(till.company),
        auto_id=f"correct-{position}-%s",
    )
    if not form.is_valid():
        return _again(request, till, tender, form)
    approved_by = approver_in(request)
    correct_tender(
        tender=tender, actor=request.user, approved_by=approved_by, **form.cleaned_data
    )
    messages.success(request, _("The tender is corrected."))
    return redirect("sales:receipt", uid)


def _tender(till: Till, uid: UUID, position: int) -> Tender:
    if position > 2**15 - 1:
        raise Http404
    sales = Sale.objects.of_company(till.company_id).finalized()
    return get_object_or_404(Tender, sale__in=sales.filter(uid=uid), position=position)


def _again(
    request: StaffRequest, till: Till, tender: Tender, form: forms.Form
) -> HttpResponse:
    """Show the receipt again, with what was typed and what is wrong with it."""
    sale = Sale.objects.for_receipt().get(pk=tender.sale_id)
    return receipts_page(request, till, shown=sale, typed={tender.position: form})
