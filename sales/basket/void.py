"""Void: gives up a basket that nobody pays for."""

from datetime import datetime
from uuid import UUID

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import require_within_limits
from pos.access.permission import require
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Device, StaffMember, Till
from sales.basket.errors import SaleNotOpenError
from sales.basket.money_held import require_no_money_held
from sales.basket.place import require_here
from sales.basket.same_outlet import lock_sale_at
from sales.basket.void_limits import measure_void, with_rules
from sales.locks import OPEN_SHIFT, lock_till
from sales.models import Sale, Shift

VOIDS = "sales.void_sale"


@atomic_with_retry
def void_sale(  # noqa: PLR0913  (who, where and when, and who approves)
    *,
    uid: UUID,
    reason: str,
    actor: StaffMember,
    till: Till | None = None,
    device: Device | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> Sale:
    """Give up an open or parked sale: it takes no number, no money and no stock.

    It stays, with who voided it, when and why, and counts in the till's open
    shift; where none is open, in the next one. A repeat returns the voided sale.

    Raises:
        NotOfThisCompanyError: there is no such sale in the actor's company, or it is
            at another outlet than ``till``.
        NotAllowedError: the actor may not void a sale.
        ReasonNeededError: there is no reason, or too long a one.
        CardNumberError: the reason holds a card number.
        SaleNotOpenError: it was finalized; that is what refunds are for.
        SaleElsewhereError: it is open on another till than ``till``, or on another
            device than ``device``.
        MoneyHeldError: money was taken for it, and not given back.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it had more lines,
            those removed before among them, than the actor may void alone, and nobody
            who may has agreed.
    """
    reason = clean_reason(reason)
    sale = lock_sale_at(till, uid, company_id=actor.company_id)
    require(actor, VOIDS, subject=sale, amount=sale.total)
    if sale.status == Sale.Status.VOIDED:
        return sale
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    if till is not None and sale.status == Sale.Status.OPEN:
        require_here(sale, till=till, device=device)
    require_no_money_held(sale)
    # What a command says of an earlier time was limited at that time.
    if at is None:
        sale.approved_by = require_within_limits(
            actor,
            VOIDS,
            subject=sale,
            uid=sale.uid,
            measured=measure_void(with_rules(sale.lines)),
            reason=reason,
            approved_by=approved_by,
        )
    # The till's lock keeps its shift from being closed meanwhile.
    locked = lock_till(sale.till_id, company_id=sale.company_id)
    sale.shift = OPEN_SHIFT.first(till_id=sale.till_id)
    if sale.shift is None:
        sale.voided_after = Shift.objects.at_till(sale.till_id).first()
    sale.status = Sale.Status.VOIDED
    opened_at = sale.shift.opened_at if sale.shift else None
    sale.voided_at = locked.document_time(at, opened_at=opened_at)
    sale.voided_by = actor
    sale.void_reason = reason
    sale.parked_at = None
    sale.revision += 1
    sale.save(
        update_fields=[
            "shift",
            "voided_after",
            "status",
            "voided_at",
            "voided_by",
            "void_reason",
            "approved_by",
            "parked_at",
            "revision",
        ]
    )
    record(
        Act.BASKET_VOIDED,
        actor=actor,
        till=locked,
        subject=sale,
        approved_by=sale.approved_by,
        facts={"amount": sale.total, "reason": reason},
        at=sale.voided_at,
    )
    return sale
