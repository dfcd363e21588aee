"""Exchange: a refund and a new sale in one act, with the net difference."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers.points.ledger import CUSTOMER
from pos.access.permission import require
from pos.core.money import ZERO
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Device, StaffMember, Till
from pos.stock.issue import lock_stock_items
from sales.basket.same_outlet import require_same_outlet
from sales.basket.update_rates import require_rates_of_day
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import CASH, TenderInput
from sales.locks import LINES_WITH_RATES, SALE
from sales.models import Sale, SaleLine
from sales.refunds.equal_goods import NewGoods
from sales.refunds.plan import RefundPlan
from sales.refunds.request import RefundRequest, ReturnedLine, ShownRefund
from sales.refunds.rows import LockedOriginal, find_sale, lock_original
from sales.refunds.settlement import EXCHANGE, RefundTender
from sales.refunds.with_receipt import claim_return, take_back
from sales.refunds.write import return_redeemed, reverse_earned, write_refund


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
    device: Device | None = None,
    refund_tenders: Sequence[RefundTender] = (),
    revision: int | None = None,
    approved_by: StaffMember | None = None,
    shown: ShownRefund | None = None,
    at: datetime | None = None,
) -> tuple[Sale, Sale]:
    """Take goods back, and finalize an open sale for what they are worth.

    Afterwards there are both documents, the refund and the sale, linked by a
    tender of kind ``exchange`` on each: what the goods that came back are worth,
    or the new sale's total if that is less. ``tenders`` pay what the sale comes to
    beyond that; ``refund_tenders`` say how the rest of the refund goes back. Both may
    be empty where the two are of equal value. ``approved_by`` is who approved it;
    as with ``refund_sale`` the refund names them where that was needed. ``shown`` is
    what the preview promised of what comes back. Points come
    and go with each document, and what was earned is reversed last, so that an
    exchange earns nobody points.

    A second call with the same ids and content changes nothing and returns both.

    Raises what ``refund_sale`` and ``finalize_sale`` raise; nothing is written then.
    """
    require(actor, "sales.refund_sale", subject=till)
    request = RefundRequest(
        uid=refund_uid,
        original=original,
        exchanged_for=sale_uid,
        lines=lines,
        tenders=refund_tenders,
        reason=clean_reason(reason),
        actor=actor,
        till=till,
        device=device,
        approved_by=approved_by,
        shown=shown,
        at=at,
        is_past=at is not None,
    )
    if any(tender.kind == EXCHANGE for tender in tenders):
        raise UnknownTenderError(kind=EXCHANGE)
    sale = find_sale(sale_uid, company_id=actor.company_id)
    require_same_outlet(sale, till)
    refund = claim_return(request, exchanged_for=sale)
    plan = None
    if not refund.is_finalized:
        plan, request = _refund(refund, request, sale)
    exchange_credit = plan.exchange_credit if plan else _read_exchange_credit(refund)
    finished = finalize_sale(
        uid=sale_uid,
        tenders=_tenders(sale, exchange_credit, tenders, company=till.company),
        actor=actor,
        till=till,
        device=device,
        revision=revision,
        approved_by=approved_by,
        at=at,
        refund=refund,
    )
    if plan is not None:
        refund.points_entries += reverse_earned(refund, plan, request)
        refund.exchanged_for = finished
    return refund, finished


def _refund(
    refund: Sale, request: RefundRequest, sale: Sale
) -> tuple[RefundPlan, RefundRequest]:
    """Write the refund, all but the reversal of what was earned.

    Returns its plan, and the request with the time of the document.
    """
    locked, request, lines = _lock_all(refund, sale, request)
    sale.refresh_from_db()
    if sale.may_change:
        # Before lines take over the tax of what comes back.
        require_rates_of_day(
            sale,
            lines,
            company=locked.till.company,
            day=locked.till.outlet.tax_date(request.time),
            actor=request.actor,
            is_past=request.is_past,
        )
    new_goods = NewGoods(sale, lines if sale.may_change else [])
    plan = take_back(refund, request, locked, new_goods=new_goods)
    entries = return_redeemed(refund, plan, request)
    new_goods.save()
    write_refund(refund, plan, request, shift=locked.shift, entries=entries)
    return plan, request


def _read_exchange_credit(refund: Sale) -> Decimal:
    """Return what a finished refund put towards its new sale."""
    exchange_tender = refund.tenders.filter(kind=EXCHANGE).first()
    return -exchange_tender.amount if exchange_tender else ZERO


def _lock_all(
    refund: Sale, sale: Sale, request: RefundRequest
) -> tuple[LockedOriginal, RefundRequest, list[SaleLine]]:
    """Lock every row that either document needs, in the house order.

    Return the original, the request with the time of the document, and the lines of
    the new sale with their rates. Each part locks its own rows again, by the same
    queries.
    """
    assert refund.original_id is not None
    rows = Sale.objects.filter(pk__in={refund.original_id, sale.pk})
    sales = list(rows.only("customer").locked())
    SALE.first(company_id=sale.company_id, uid=sale.uid)
    locked = lock_original(refund.original_id, till_id=request.till.pk)
    request = request.dated(locked.till, locked.shift)
    for customer_id in sorted({of.customer_id for of in sales if of.customer_id}):
        CUSTOMER.all(pk=customer_id)
    back = {returned.line for returned in request.lines_of_receipt}
    products = {line.product for line in locked.lines if line.uid in back}
    day = locked.till.outlet.tax_date(request.time)
    lines = LINES_WITH_RATES.all(sale_id=sale.pk, day=day)
    products |= {line.product for line in lines}
    tracked = sorted(product.pk for product in products if product.is_tracked)
    if tracked:
        lock_stock_items(outlet=locked.till.outlet, product_ids=tracked)
    return locked, request, lines


def _tenders(
    sale: Sale,
    exchange_credit: Decimal,
    tenders: Sequence[TenderInput],
    *,
    company: Company,
) -> list[TenderInput]:
    """Return the tenders, the exchange first; zero cash settles what no coin pays."""
    left = sale.payable - exchange_credit
    if left and not tenders and not cash_rule(company).due(left):
        tenders = [TenderInput(CASH, ZERO)]
    if not exchange_credit:
        return list(tenders)
    return [TenderInput(EXCHANGE, exchange_credit), *tenders]
