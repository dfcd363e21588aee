"""Goods for goods: a refund and a new sale in one act, with the net difference."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.timezone import now

from customers.points.ledger import CUSTOMER
from pos.core.errors import NotOfThisCompanyError
from pos.core.money import ZERO
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, Till
from pos.stock.issue import lock_stock_items
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import CASH, TenderInput
from sales.locks import LINES, SALE
from sales.models import Sale
from sales.refunds.refund import (
    Held,
    claimed_refund,
    drafted,
    held_for_refund,
    paid_back,
    return_redeemed,
    reverse_earned,
    write_lines,
)
from sales.refunds.request import Asked, ReturnedLine
from sales.refunds.settlement import EXCHANGE, Payback
from sales.refunds.write import finish_refund


@atomic_with_retry
def exchange_sale(  # noqa: PLR0913  (all of a refund, and all of a finalization)
    *,
    refund_uid: UUID,
    original: UUID,
    lines: Sequence[ReturnedLine],
    sale_uid: UUID,
    tenders: Sequence[TenderInput],
    reason: str,
    actor: StaffMember,
    till: Till,
    paybacks: Sequence[Payback] = (),
    revision: int | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> tuple[Sale, Sale]:
    """Take goods back, and finalize an open sale for what they are worth.

    Afterwards there are both documents, the refund and the sale, bridged by a
    tender of kind ``exchange`` on each: what the goods that came back are worth,
    or the new sale's total if that is less. ``tenders`` pay what the sale comes to
    beyond that; ``paybacks`` say how the rest of the refund goes back. Both may be
    empty where the two are of equal value. ``approved_by`` is who allowed that money
    goes back otherwise than it was paid; it stands on the refund. Points come and go
    with each document, and what was earned is reversed last, so that an exchange
    earns nobody points.

    A second call with the same ids and content changes nothing and returns both.

    Raises what ``refund_sale`` and ``finalize_sale`` raise; nothing is written then.
    """
    asked = Asked(
        uid=refund_uid,
        reason=reason,
        paybacks=paybacks,
        actor=actor,
        till=till,
        approved_by=approved_by,
        at=(at or now()).astimezone(UTC),
    )
    if any(tender.kind == EXCHANGE for tender in tenders):
        raise UnknownTenderError(kind=EXCHANGE)
    sale = Sale.objects.of_company(actor.company_id).filter(uid=sale_uid).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    refund = claimed_refund(asked, original=original, lines=lines, exchanged_for=sale)
    draft = None
    if refund.is_finalized:
        bridge = refund.tenders.filter(kind=EXCHANGE).first()
        bridged = -bridge.amount if bridge else ZERO
    else:
        held = _lock_all(refund, sale, lines, till_id=till.pk)
        draft = drafted(refund, held.original, lines)
        sale.refresh_from_db(fields=["total"])
        bridged = min(draft.worth, sale.total)
        back = paid_back(draft, asked, bridged=bridged)
        write_lines(draft)
        return_redeemed(draft, asked)
        finish_refund(
            refund, lines=draft.lines, tenders=back, shift=held.shift, asked=asked
        )
    finished = finalize_sale(
        uid=sale_uid,
        tenders=_tenders(sale, bridged, tenders, company=till.company),
        actor=actor,
        till=till,
        revision=revision,
        at=at,
        refund=refund,
    )
    if draft is not None:
        reverse_earned(draft, asked)
    return refund, finished


def _lock_all(
    refund: Sale, sale: Sale, lines: Sequence[ReturnedLine], *, till_id: int
) -> Held:
    """Hold every row that either document needs, in the house order.

    Each is asked for again by the part that uses it, in the same words.
    """
    both = Sale.objects.filter(pk__in={refund.original_id or 0, sale.pk})
    locked = list(both.only("customer").locked())
    SALE.first(company_id=sale.company_id, uid=sale.uid)
    held = held_for_refund(refund, till_id=till_id)
    for customer_id in sorted({of.customer_id for of in locked if of.customer_id}):
        CUSTOMER.all(pk=customer_id)
    back = {returned.line for returned in lines}
    products = {line.product for line in held.original.lines if line.uid in back}
    products |= {line.product for line in LINES.all(sale_id=sale.pk)}
    tracked = sorted(product.pk for product in products if product.is_tracked)
    if tracked:
        lock_stock_items(outlet=held.till.outlet, product_ids=tracked)
    return held


def _tenders(
    sale: Sale, bridged: Decimal, tenders: Sequence[TenderInput], *, company: Company
) -> list[TenderInput]:
    """The exchange first; cash of nothing settles what no coin could pay."""
    left = sale.total - bridged
    if left and not tenders and not cash_rule(company).due(left):
        tenders = [TenderInput(CASH, ZERO)]
    if not bridged:
        return list(tenders)
    return [TenderInput(EXCHANGE, bridged), *tenders]
