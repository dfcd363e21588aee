"""Receipts page: the list of receipts, and one of them beside it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from customers.models.search import build_search_condition
from pos.access.approval import ApprovalForm
from pos.access.limits import Answer, decide
from pos.access.requests import StaffRequest
from pos.core.receipt_numbers import is_receipt_number
from pos.models import Approval, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct, name_limited_act
from sales.checkout.forms import ConfirmationForm, CorrectionForm
from sales.checkout.tenders import CORRECTS
from sales.checkout.vouchers import list_ways_to_pay
from sales.models import Sale, SaleLine, Tender
from sales.models.sale_queryset import SaleQuerySet
from sales.receipts.prints import PRINTS, count_prints, draw_next, measure_print

PAGE = 50
AMOUNT = re.compile(r"\A\d{1,9}\.\d{1,3}\Z", re.ASCII)

# Refused forms, by the position of their tender.
Typed = Mapping[int, forms.Form]


def receipts_page(
    request: StaffRequest, till: Till, *, shown: Sale | None, typed: Typed | None = None
) -> HttpResponse:
    """Render the receipts that the address asks for, and one of them: by default
    the first. It is loaded by ``for_receipt()``."""
    words = request.GET.get("number", "").strip()[:100]
    only_pending = bool(request.GET.get("pending"))
    only_refunds = request.GET.get("kind") == "refund"
    is_filtered = only_pending or only_refunds
    everywhere = request.GET.get("tills") == "all" or bool(words) or is_filtered
    matches = _search(till, words, everywhere=everywhere)
    pending = Tender.objects.of_company(till.company_id).pending()
    if only_pending:
        matches = matches.filter(pk__in=pending.values("sale"))
    if only_refunds:
        matches = matches.filter(kind=Sale.Kind.REFUND)
    page = Paginator(matches, PAGE).get_page(request.GET.get("page"))
    if shown is None and page.object_list:
        sales = Sale.objects.for_receipt()
        shown = sales.get(pk=page.object_list[0].pk)
    context = {
        "page": page,
        "query": _query(request),
        "words": words,
        "everywhere": everywhere,
        "only_pending": only_pending,
        "pending_count": pending.count(),
        "only_refunds": only_refunds,
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
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
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
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
    has_left = any(line.refunded_quantity < line.quantity for line in lines)
    is_sale = sale.kind == Sale.Kind.SALE
    was_refunded = any(line.refunded_quantity for line in lines)
    return {
        "refunds": list(sale.refunds.finalized().order_by("pk"))
        if was_refunded
        else [],
        "has_left": is_sale and has_left,
    }


def _search(till: Till, words: str, *, everywhere: bool) -> SaleQuerySet:
    """Find receipts by number, amount or customer, the newest first."""
    sales = Sale.objects.of_company(till.company_id).finalized()
    sales = sales.select_related("customer", "original", "till__outlet__company")
    sales = sales.with_refunds()
    tenders = Prefetch("tenders", Tender.objects.with_outcomes())
    sales = sales.prefetch_related(tenders).order_by("-finalized_at", "-pk")
    if not everywhere:
        today = till.outlet.business_date(now())
        # The index is by time, and no business date is longer than this.
        lately = now() - timedelta(days=2)
        return sales.filter(till=till, business_date=today, finalized_at__gte=lately)
    if is_receipt_number(words):
        return sales.filter(receipt_number__in=[words, words.upper()])
    if AMOUNT.match(words):
        amounts = [Decimal(words), -Decimal(words)]
        # Each of the sums on its paper: total, to pay, and paid.
        sales = sales.alias(to_pay=F("due") - F("rounding"))
        sums = Q(total__in=amounts) | Q(to_pay__in=amounts) | Q(due__in=amounts)
        return sales.filter(sums)
    if not words:
        return sales
    customers = till.company.customers.filter(build_search_condition(words))
    condition = Q(customer__in=customers)
    if words.isascii() and words.isdigit() and len(words) < 9:
        condition |= Q(number=int(words))
    return sales.filter(condition)


def _query(request: StaffRequest) -> str:
    """Return the query of the address without the page, for its links."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""
