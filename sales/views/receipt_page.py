"""Receipts page: the list of receipts, and one of them beside it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from pos.access.approval import ApprovalForm
from pos.access.limits import Answer, decide
from pos.access.requests import StaffRequest
from pos.core.counts import count_rows
from pos.core.keyset import AFTER, BEFORE
from pos.models import Approval, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct, name_limited_act
from sales.checkout.forms import ConfirmationForm, CorrectionForm
from sales.checkout.tenders import CORRECTS
from sales.checkout.vouchers import list_ways_to_pay
from sales.models import Sale, Tender
from sales.receipts.prints import PRINTS, count_prints, draw_next, measure_print
from sales.receipts.search import Search, find_receipts

# Refused forms, by the position of their tender.
Typed = Mapping[int, forms.Form]


def receipts_page(
    request: StaffRequest, till: Till, *, shown: Sale | None, typed: Typed | None = None
) -> HttpResponse:
    """Render the receipts that the address asks for, and one of them: by default
    the first. It is loaded by ``for_receipt()``."""
    search = Search(
        words=request.GET.get("number", "").strip()[:100],
        everywhere=request.GET.get("tills") == "all",
        only_pending=bool(request.GET.get("pending")),
        only_refunds=request.GET.get("kind") == "refund",
    )
    page = find_receipts(till, search, request.GET, at=now())
    pending = Tender.objects.of_company(till.company_id).pending()
    if shown is None and page.rows:
        shown = Sale.objects.for_receipt().get(pk=page.rows[0].pk)
    context = {
        "page": page,
        "query": _query(request),
        "words": search.words,
        "everywhere": search.is_everywhere,
        "only_pending": search.only_pending,
        "pending_count": count_rows(pending),
        "only_refunds": search.only_refunds,
        "sale": shown,
        "till": till,
        "company": till.company,
        "now": now(),
    }
    if shown is not None:
        context["receipt"] = draw_next(shown)
        context |= next_print(shown, request.user)
        context["print_approval"] = ApprovalForm(auto_id="print_%s")
        context |= _tenders(shown, till, typed or {})
        answer = decide(request.user, CORRECTS, {LimitedAct.CORRECTION: shown.due})
        context["may_approve"] = answer == Answer.ALONE
        context |= _refunds_of(shown) | {"approvals": _approvals_of(shown)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK
    return render(request, "receipts/receipts.html", context, status=status)


def next_print(sale: Sale, actor: StaffMember) -> dict[str, Any]:
    """Return which copy the next print is, and whether it needs approval.

    The sale is loaded by ``for_receipt()``.
    """
    copies = count_prints(sale)
    answer = decide(actor, PRINTS, measure_print(copies))
    return {
        "copies": copies,
        "copy_needs_approval": answer == Answer.NEEDS_APPROVAL,
    }


def _tenders(sale: Sale, till: Till, typed: Typed) -> dict[str, Any]:
    """Return the tenders of a receipt as they count now, and what can be done.

    Each has the form that confirms it while it is pending, and the one that
    corrects it while its shift is open. A refused form shows what was typed.
    """
    tenders = list(sale.tenders.with_outcomes().select_related("sale__shift"))
    accepted: dict[str, str] | None = None
    lines = sale.receipt_lines
    was_refunded = any(line.refunded_quantity for line in lines)
    rows = []
    for tender in tenders:
        confirming: forms.Form | None = None
        correcting: forms.Form | None = None
        if tender.needs_confirmation:
            confirming = ConfirmationForm(auto_id=f"confirm-{tender.position}-%s")
        if _may_be_corrected(tender, was_refunded=was_refunded):
            accepted = accepted or list_ways_to_pay(till.company)
            others = {k: name for k, name in accepted.items() if k != tender.counts_as}
            correcting = CorrectionForm(
                accepted=others, auto_id=f"correct-{tender.position}-%s"
            )
        form = typed.get(tender.position)
        if isinstance(form, ConfirmationForm):
            confirming = form
        elif form is not None:
            correcting = form
        rows.append((tender, confirming, correcting))
    return {
        "tender_forms": rows,
        "is_pending": any(tender.needs_confirmation for tender in tenders),
    }


def _may_be_corrected(tender: Tender, *, was_refunded: bool) -> bool:
    """Whether the page offers a correction; the service decides, under its lock."""
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


def _approvals_of(sale: Sale) -> list[tuple[str, StaffMember]]:
    """Return what was approved while the basket was open, and by whom."""
    if sale.kind != Sale.Kind.SALE:
        return []  # a refund has its own
    approvals = Approval.objects.filter(
        company_id=sale.company_id, uid__in=sale.operations.values("uid")
    )
    return [
        (name_limited_act(approval.act), approval.approved_by)
        for approval in approvals.select_related("approved_by").order_by("pk")
    ]


def _refunds_of(sale: Sale) -> dict[str, Any]:
    """Return what was refunded of a sale, and whether something is left."""
    lines = sale.receipt_lines
    has_left = any(line.refunded_quantity < line.quantity for line in lines)
    is_sale = sale.kind == Sale.Kind.SALE
    was_refunded = any(line.refunded_quantity for line in lines)
    return {
        "refunds": list(sale.refunds.finalized().order_by("pk"))
        if was_refunded
        else [],
        "has_left": is_sale and has_left,
    }


def _query(request: StaffRequest) -> str:
    """Return the query of the address without the place, for the links of pages."""
    query = request.GET.copy()
    for name in (BEFORE, AFTER):
        query.pop(name, None)
    return f"{query.urlencode()}&" if query else ""
