"""Tenders of a finished sale: confirmed when the money came, corrected when wrong."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pos.models import TenderKind, Till
from pos.requests import StaffRequest
from pos.tills import at_till
from sales.forms import ConfirmationForm, CorrectionForm
from sales.models import Sale, SaleLine, Tender
from sales.services.tenders import confirm_tender, correct_tender


@permission_required("sales.finalize_sale", raise_exception=True)
@require_POST
@at_till
def confirmation(
    request: StaffRequest, till: Till, uid: UUID, position: int
) -> HttpResponse:
    """The money of an awaited tender was seen to arrive."""
    tender = _tender(till, uid, position)
    form = ConfirmationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type the reference that the bank shows."))
        return redirect("sales:receipt", uid)
    confirm_tender(tender=tender, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The payment is confirmed."))
    return redirect("sales:receipt", uid)


@permission_required("sales.correct_tender", raise_exception=True)
@require_POST
@at_till
def correction(
    request: StaffRequest, till: Till, uid: UUID, position: int
) -> HttpResponse:
    """A tender was of another kind than was recorded."""
    tender = _tender(till, uid, position)
    form = CorrectionForm(request.POST, accepted=till.company.accepted_tenders)
    if not form.is_valid():
        messages.error(request, _("Choose how it was paid, and say why it is wrong."))
        return redirect("sales:receipt", uid)
    correct_tender(tender=tender, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The tender is corrected."))
    return redirect("sales:receipt", uid)


def tender_context(sale: Sale, till: Till) -> dict[str, Any]:
    """The tenders of a receipt as they stand now, and what can be done about them.

    Each comes with the form that confirms it while it is awaited, and the one
    that corrects it while its shift is open. The sale is loaded by ``for_receipt()``.
    """
    tenders = list(sale.tenders.with_outcomes().select_related("sale__shift"))
    accepted = till.company.accepted_tenders
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
    was_refunded = any(line.refunded_quantity for line in lines)
    return {
        "tender_forms": [
            (
                tender,
                ConfirmationForm(auto_id=f"confirm-{tender.position}-%s")
                if tender.awaits_confirmation
                else None,
                CorrectionForm(
                    accepted=[kind for kind in accepted if kind != tender.counts_as],
                    auto_id=f"correct-{tender.position}-%s",
                )
                if _may_be_corrected(tender, was_refunded=was_refunded)
                else None,
            )
            for tender in tenders
        ]
    }


def _may_be_corrected(tender: Tender, *, was_refunded: bool) -> bool:
    """Whether it is worth offering; the service has the last word, under its lock."""
    sale = tender.sale
    return (
        not was_refunded
        and sale.kind == Sale.Kind.SALE
        and sale.shift is not None
        and sale.shift.is_open
        and tender.kind != TenderKind.EXCHANGE
        and tender.amount != 0
        and not hasattr(tender, "confirmation")
    )


def _tender(till: Till, uid: UUID, position: int) -> Tender:
    if position > 2**15 - 1:
        raise Http404
    sales = Sale.objects.of_company(till.company_id).finalized()
    return get_object_or_404(Tender, sale__in=sales.filter(uid=uid), position=position)
