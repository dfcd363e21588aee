"""Rows: what a refund works on, found for a preview and locked for a refund.

Locks are taken in one order: original, its lines, till; then customer and stock.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pos.core.errors import NotOfThisCompanyError
from pos.core.money import ZERO
from pos.models import Company, Till
from sales.checkout.vouchers import fold_number, is_voucher
from sales.locks import ORIGINAL, ORIGINAL_LINES, lock_till_with_open_shift
from sales.models import Sale, SaleLine, Shift, Tender, TenderCorrection
from sales.models.tender import kind_to_pay_back
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
    sale = (
        Sale.objects.of_company(company_id)
        .select_related("till")
        .filter(uid=uid)
        .first()
    )
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
    lines = sale.lines.active().with_restriction().select_related("product")
    return Original(sale, list(lines.order_by("position")), sale.company)


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

    A tender that was corrected counts as the more careful of its two kinds. Money that
    nobody has seen is owed, but of no kind yet: who pays it back decides how.
    """
    due, by_kind = ZERO, dict[str, Decimal]()
    numbers: dict[str, list[str]] = {}
    held = Counter[tuple[str, str]]()
    for paid in _list_tenders(original_id):
        due += paid.amount
        is_seen = not paid.is_pending or paid.confirmation or paid.is_corrected
        if is_seen and not paid.is_alternative_method:
            kind = kind_to_pay_back(paid.kind, paid.counts_as)
            by_kind[kind] = by_kind.get(kind, ZERO) + paid.amount
            numbers.setdefault(kind, []).append(paid.reference)
            held[kind, fold_number(paid.reference)] += 1 if paid.amount > 0 else -1
    vouchers = frozenset(filter(is_voucher, by_kind))
    # A second tender, or a refund of it, leaves it open which of them goes back.
    single = {kind: numbers[kind][0] for kind in vouchers if len(numbers[kind]) == 1}
    held_now = frozenset(
        (kind, number) for kind, number in +held if kind in vouchers and number
    )
    return RefundableMoney(due, by_kind, vouchers, single, held_now)


class _Paid(NamedTuple):
    """A tender of a sale or of a refund of it, with the last correction of its kind."""

    kind: str
    amount: Decimal
    is_pending: bool
    is_alternative_method: bool
    confirmation: int | None
    counts_as: str
    reference: str

    @property
    def is_corrected(self) -> bool:
        return self.counts_as != self.kind


def _list_tenders(original_id: int) -> list[_Paid]:
    """Return the tenders of a sale and its refunds, in the order they were paid."""
    corrections = TenderCorrection.objects.filter(tender=OuterRef("pk")).order_by("-pk")
    # A correction to a kind without a reference leaves none, which is no NULL.
    rows = (
        Tender.objects.filter(Q(sale=original_id) | Q(sale__original=original_id))
        # By "sale", the last refund came first.
        .order_by("sale_id", "position")
        .values_list(
            *("kind", "amount", "is_pending", "is_alternative_method", "confirmation"),
            Coalesce(Subquery(corrections.values("kind_after")[:1]), "kind"),
            Coalesce(Subquery(corrections.values("reference")[:1]), "reference"),
        )
    )
    return [_Paid(*row) for row in rows]
