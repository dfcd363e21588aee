"""Rows: what a refund works on, found for a preview and locked for a refund.

Locks are taken in one order: original, its lines, till; then customer and stock.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from pos.core.errors import NotOfThisCompanyError
from pos.core.money import ZERO
from pos.models import Company, Till
from sales.locks import ORIGINAL, ORIGINAL_LINES, lock_till_with_open_shift
from sales.models import Sale, SaleLine, Shift, Tender
from sales.refunds.errors import RefundOfRefundError, SaleNotFinalizedError
from sales.refunds.settlement import RefundableMoney


@dataclass(slots=True)
class Original:
    """The finalized sale that goods come back from, with its lines."""

    sale: Sale
    lines: list[SaleLine]
    company: Company


@dataclass(slots=True)
class LockedOriginal(Original):
    """An original with every row locked, the till and its open shift too."""

    till: Till
    shift: Shift


def find_sale(uid: UUID, *, company_id: int | None) -> Sale:
    """Return the sale of that uid in any state; NotOfThisCompanyError for none."""
    sale = Sale.objects.of_company(company_id).filter(uid=uid).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    return sale


def find_original(uid: UUID, *, company_id: int | None) -> Original | None:
    """Return the finalized sale of that uid for a preview; nothing is locked."""
    sale = (
        Sale.objects.of_company(company_id)
        .finalized()
        .filter(kind=Sale.Kind.SALE, uid=uid)
        .select_related("company", "customer", "till__outlet")
        .prefetch_related("tenders")
        .first()
    )
    if sale is None:
        return None
    lines = sale.lines.active().select_related("product").order_by("position")
    return Original(sale, list(lines), sale.company)


def lock_original(original_id: int, *, till_id: int) -> LockedOriginal:
    """Lock the original with its lines, and the till; check what the locks show.

    All lines, so that two tills that refund different ones wait for each other.
    Raises SaleNotFinalizedError, RefundOfRefundError or NoOpenShiftError.
    """
    [sale] = ORIGINAL.all(pk=original_id)
    require_refundable(sale)
    lines = ORIGINAL_LINES.all(sale_id=sale.pk)
    till, shift = lock_till_with_open_shift(till_id, company_id=sale.company_id)
    return LockedOriginal(sale, lines, till.company, till, shift)


def require_refundable(sale: Sale) -> None:
    """Only a finalized sale is refunded, and no refund."""
    if not sale.is_finalized:
        raise SaleNotFinalizedError
    if sale.kind == Sale.Kind.REFUND:
        raise RefundOfRefundError(refund=sale)


def uids_of_documents(original_id: int) -> QuerySet[Any, UUID]:
    """The uids of a sale and its refunds, looked up where they are needed."""
    documents = Sale.objects.filter(Q(pk=original_id) | Q(original=original_id))
    return documents.order_by().values_list("uid", flat=True)


def read_money(original_id: int) -> RefundableMoney:
    """Return what the shop still has of a sale's money, by its tenders and refunds.

    A tender that was corrected counts as what it was corrected to. Money that nobody
    has seen arrive is owed, but of no kind yet: who pays it back decides how.
    """
    due, by_kind = ZERO, dict[str, Decimal]()
    corrections = []
    tenders = {}
    # In the order in which it was paid: by "sale", the last refund came first.
    rows = (
        Tender.objects.filter(Q(sale=original_id) | Q(sale__original=original_id))
        .order_by("sale_id", "position")
        .values_list(
            *(
                "pk",
                "kind",
                "amount",
                "is_pending",
                "is_alternative_method",
                "confirmation",
            ),
            *("corrections", "corrections__kind_before", "corrections__kind_after"),
            "corrections__amount",
        )
    )
    # One row for each correction of a tender, and one where there is none.
    for pk, *tender, correction, kind_before, kind_after, amount in rows:
        tenders[pk] = tender
        if correction is not None and not tender[3]:
            corrections.append((correction, pk, kind_before, kind_after, amount))
    corrections.sort()
    counts_as = {pk: kind_after for _, pk, _, kind_after, _ in corrections}
    for pk, (
        kind,
        amount,
        is_pending,
        is_alternative_method,
        confirmation,
    ) in tenders.items():
        due += amount
        is_seen = not is_pending or confirmation is not None
        if not is_alternative_method and (is_seen or counts_as.get(pk, kind) != kind):
            by_kind[kind] = by_kind.get(kind, ZERO) + amount
    for _, _, kind_before, kind_after, amount in corrections:
        by_kind[kind_before] = by_kind.get(kind_before, ZERO) - amount
        by_kind[kind_after] = by_kind.get(kind_after, ZERO) + amount
    return RefundableMoney(due, by_kind)
