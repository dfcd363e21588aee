"""Void: gives up a basket that nobody pays for."""

from datetime import datetime
from uuid import UUID

from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember, Till
from sales.basket.errors import SaleElsewhereError, SaleNotOpenError
from sales.basket.held import require_nothing_held
from sales.locks import OPEN_SHIFT, SALE, lock_till
from sales.models import Sale, Shift


@atomic_with_retry
def void_sale(
    *,
    uid: UUID,
    reason: str,
    actor: StaffMember,
    till: Till | None = None,
    at: datetime | None = None,
) -> Sale:
    """Give up an open or parked sale: it takes no number, no money and no stock.

    It stays, with who voided it, when and why, and counts in the till's open
    shift; where none is open, in the next one. A repeat returns the voided sale.

    Raises:
        NotOfThisCompanyError: there is no such sale in the actor's company.
        NotAllowedError: the actor may not void a sale.
        ReasonNeededError: there is no reason, or too long a one.
        CardNumberError: the reason holds a card number.
        SaleNotOpenError: it was finalized; that is what refunds are for.
        SaleElsewhereError: it is open on another till than ``till``.
        MoneyHeldError: money was taken for it, and not given back.
    """
    reason = clean_reason(reason)
    sale = SALE.first(company_id=actor.company_id, uid=uid)
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    require(actor, "sales.void_sale", subject=sale, amount=sale.total)
    if sale.status == Sale.Status.VOIDED:
        return sale
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    is_elsewhere = till is not None and till.pk != sale.till_id
    if is_elsewhere and sale.status == Sale.Status.OPEN:
        raise SaleElsewhereError(till=sale.till)
    require_nothing_held(sale)
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
            "parked_at",
            "revision",
        ]
    )
    return sale
