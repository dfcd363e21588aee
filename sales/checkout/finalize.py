"""Finalization: takes payment for a sale and makes it permanent.

All of it is one ``transaction.atomic``, which ``atomic_with_retry`` opens, and opens
again after a deadlock or a lost connection. Inside, in this order:

1. lock the sale; the repeat of a request that was already carried out ends here;
2. lock the till, which keeps its shift open and its numbers in sequence;
3. look up the tax of the day, price the sale, settle what it holds and the
   tenders, number the document and chain it to the last;
4. lock the customer: append points entries, move the balance by ``F()``;
5. lock the stock items: append movements, move what is on hand by ``F()``;
6. write the tenders, the link of the chain, the till's counters and the sale.

Each lock is a ``select_for_update``. Its query, and why this order, are in
``sales/locks.py``; ``customers/points/ledger.py`` has that of the customer and
``pos/stock/issue.py`` that of the stock items. ``sales/checkout/records.py`` writes.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.models import PointsEntry
from customers.points.ledger import earn_points, redeem_points
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import name_limits
from pos.access.permission import require
from pos.core.card_numbers import refuse_card_number
from pos.core.errors import InvalidAmountError
from pos.core.money import ZERO, format_plain, is_money
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Device, StaffMember, TenderKind, Till
from pos.models.limits import LimitedAct
from pos.stock.issue import Issue, issue_stock
from sales.basket.discount_limits import require_discounts_within_limits
from sales.basket.errors import (
    EmptySaleError,
    ProductInactiveError,
    SaleNotOpenError,
    StaleBasketError,
)
from sales.basket.place import require_here
from sales.basket.restrictions import require_sellable
from sales.basket.same_outlet import lock_sale_at
from sales.basket.update_rates import require_rates_of_day
from sales.cash.rounding import cash_rule
from sales.checkout.errors import (
    TendersDifferError,
    UnknownTenderError,
)
from sales.checkout.finished import complete_sale
from sales.checkout.numbering import link_document, number_document
from sales.checkout.part_payments import (
    part_payments_held,
    require_change,
    tenders_of,
)
from sales.checkout.records import record_finalization
from sales.checkout.settlement import TenderInput, settle
from sales.checkout.vouchers import (
    is_voucher,
    require_not_pending,
    require_vouchers,
)
from sales.locks import LINES_WITH_RATES, lock_till_with_open_shift
from sales.models import Sale, SaleLine, Tender
from sales.pricing.sale_totals import PRICED, apply_totals


@atomic_with_retry
def finalize_sale(  # noqa: PLR0913  (what the till, a command and an exchange say)
    *,
    uid: UUID,
    tenders: Sequence[TenderInput],
    actor: StaffMember,
    till: Till | None = None,
    device: Device | None = None,
    revision: int | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
    refund: Sale | None = None,
) -> Sale:
    """Take payment for an open or parked sale and make it permanent.

    Afterwards the sale has its receipt number and its link in the till's chain,
    the tenders are recorded, the goods are off stock and the customer has the
    points: all of it, or nothing. ``actor`` is the cashier who took the money.

    It returns the sale with all that its receipt prints. A second call with the same
    ``uid`` and tenders changes nothing and returns the sale as it was read, so a till
    may repeat a request whose answer was lost.

    ``tenders`` are in the order given, in the company's currency; change comes
    off the last cash. What the basket holds of part payments is put before them, and
    is used with it. ``till`` is the one that takes the money; without it,
    the sale's own. ``device`` is which of the till's browsers it is; a command has
    none. ``revision`` is the basket that the cashier saw. ``approved_by``
    is who agrees to change that the drawer should not hold.
    ``at`` comes from commands only; else the time is the database's, read when
    the till is locked, as ``recorded_at`` always is.
    ``refund`` comes from exchanges only: the refund whose worth is tendered here.

    Raises:
        NotOfThisCompanyError: there is no such sale in the actor's company, or it is
            at another outlet than ``till``.
        NotAllowedError: the actor may not finalize a sale.
        TendersDifferError: it was finalized already, with other tenders.
        SaleNotOpenError: it was voided.
        SaleElsewhereError: it is another till's than ``till``, or another device's
            than ``device``.
        StaleBasketError: the basket has changed since ``revision``.
        TaxChangedError, DepositChangedError: a tax rate, the registration or a deposit
            is not what it was when the lines were added; afterwards the basket has
            that of the day.
        NoTaxRateError: no rate of a line's tax code is in force.
        EmptySaleError: it has no lines.
        ProductInactiveError: a product on it is no longer sold.
        ClosedNowError, AgeNotConfirmedError: goods on it are not sold at this hour, or
            ask for an age that nobody has checked; not where ``at`` is given.
        DiscountAboveLimitError: a discount is by now above the limit of the actor, of
            the person who gave it, and of what was approved.
        UnknownTenderError, InvalidAmountError, NotPayableError, CardNumberError,
        CashPendingError, TenderShortError, TenderTooMuchError,
        ChangeTooMuchError: the tenders do not settle it.
        VoucherPendingError, VoucherNotTakenError, VoucherTooMuchError, VoucherCutError,
        VoucherUsedError: a voucher pays later, for no such goods, not for so many, for
            more, or was taken before.
        CustomerInactiveError, NotEnoughPointsError: the customer has not got the
        points that are to be redeemed.
        NoOpenShiftError: no shift is open at the till.
        CashOutRefusedError, DrawerShortError, OverdraftError: the change of a part
            payment is more than the drawer should hold, and that is not allowed or
            not approved.
        OutOfStockError: a product that refuses to run out has too little.
    """
    sale = lock_sale_at(till, uid, company_id=actor.company_id)
    require(actor, "sales.finalize_sale", subject=sale, amount=sale.total)
    if sale.is_finalized:
        _require_same_tenders(sale, tenders)
        return sale
    _require_as_seen(sale, till=till, device=device, revision=revision)
    sale.device = device
    till, shift = lock_till_with_open_shift(sale.till_id, company_id=sale.company_id)
    finalized_at = till.document_time(at, opened_at=shift.opened_at)
    is_past = at is not None
    lines = _load_lines(sale, till, finalized_at, actor=actor, is_past=is_past)
    _price(sale, lines, company=till.company)
    if at is None:
        require_discounts_within_limits(
            sale, lines, actor=actor, places=till.company.currency_places
        )
    held = part_payments_held(sale)
    tenders = [*tenders_of(held), *tenders]
    tendered = _settle(
        sale,
        tenders,
        lines=lines,
        company=till.company,
        held=len(held),
        refund=refund,
        is_past=is_past,
    )
    approver = None
    if held and at is None:
        approver = require_change(
            tendered,
            sale_uid=sale.uid,
            held=held,
            shift=shift,
            till=till,
            actor=actor,
            approved_by=approved_by,
        )
    sale.tenders_fingerprint = tenders_fingerprint(tenders)
    sale.held_amount = ZERO
    number_document(sale, till=till, shift=shift, actor=actor, at=finalized_at)
    document = link_document(sale, till=till, lines=lines, tenders=tendered)
    entries = _move_points(sale, actor=actor, at=finalized_at)
    issue_stock(
        outlet=till.outlet,
        issues=[Issue(line.position, line.product, line.quantity) for line in lines],
        source=sale.uid,
        actor=actor,
        at=finalized_at,
    )
    record_finalization(
        sale=sale, tenders=tendered, document=document, used=held, approved_by=approver
    )
    if approver is not None:
        _record_overdraft(sale, actor, approver, till=till, at=finalized_at)
    complete_sale(sale, till=till, lines=lines, tenders=tendered, entries=entries)
    return sale


def _record_overdraft(
    sale: Sale,
    actor: StaffMember,
    approver: StaffMember,
    *,
    till: Till,
    at: datetime,
) -> None:
    record(
        Act.OVERDRAFT_APPROVED,
        actor=actor,
        till=till,
        subject=sale,
        approved_by=approver,
        facts=name_limits([LimitedAct.OVERDRAFT] if approver != actor else []),
        at=at,
    )


def _move_points(sale: Sale, *, actor: StaffMember, at: datetime) -> list[PointsEntry]:
    """Debit the points that the sale redeems, then credit those that it earns."""
    if sale.customer_id is None:
        return []
    redeemed = None
    if sale.points_redeemed:
        redeemed = redeem_points(
            customer_id=sale.customer_id,
            points=sale.points_redeemed,
            source=sale.uid,
            actor=actor,
            at=at,
        )
    earned = earn_points(
        company_id=sale.company_id,
        customer_id=sale.customer_id,
        amount=sale.total,
        source=sale.uid,
        actor=actor,
        at=at,
    )
    return [entry for entry in (redeemed, earned) if entry]


def tenders_fingerprint(tenders: Sequence[TenderInput]) -> str:
    """Return what identifies these tenders: SHA-256, hexadecimal.

    Raises InvalidAmountError when an amount is not money in any currency.
    """
    content = []
    for tender in tenders:
        for money in (tender.tendered, tender.face_value):
            if money is not None and not is_money(money, places=3):
                raise InvalidAmountError(amount=money)
        amount = format_plain(tender.tendered)
        content.append([tender.kind, amount, tender.reference])
        if tender.is_pending:
            # This word of a pending tender is part of every fingerprint that is kept.
            content[-1].append("awaited")
        if tender.face_value is not None:
            content[-1].append(f"of {format_plain(tender.face_value)}")
    text = json.dumps(content, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_same_tenders(sale: Sale, tenders: Sequence[TenderInput]) -> None:
    """Refuse a repeat with other tenders than the sale was finalized with."""
    if sale.tenders_fingerprint != tenders_fingerprint(tenders):
        held = tenders_of(list(sale.part_payments.used()))
        if sale.tenders_fingerprint != tenders_fingerprint([*held, *tenders]):
            raise TendersDifferError


def _require_as_seen(
    sale: Sale, *, till: Till | None, device: Device | None, revision: int | None
) -> None:
    """Refuse a basket that is voided, open elsewhere or not as it was shown."""
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    if till is not None:
        require_here(sale, till=till, device=device)
    if revision is not None and revision != sale.revision:
        raise StaleBasketError


def _load_lines(
    sale: Sale, till: Till, at: datetime, *, actor: StaffMember, is_past: bool
) -> list[SaleLine]:
    """Return the lines, with the rates of the day and products that may be sold now."""
    tax_date = till.outlet.tax_date(at)
    lines = LINES_WITH_RATES.all(sale_id=sale.pk, day=tax_date)
    if not lines:
        raise EmptySaleError
    for line in lines:
        if not line.product.is_active:
            raise ProductInactiveError(product=line.name)
    require_rates_of_day(
        sale,
        lines,
        company=till.company,
        day=tax_date,
        actor=actor,
        is_past=is_past,
    )
    require_sellable(sale, lines, at=at, outlet=till.outlet, is_past=is_past)
    return lines


def _price(sale: Sale, lines: Sequence[SaleLine], *, company: Company) -> None:
    """Price the sale again; no amount changes if only services have worked on it."""
    changed = apply_totals(sale, lines, company=company)
    if changed:
        SaleLine.objects.bulk_update(changed, list(PRICED))


def _settle(  # noqa: PLR0913  each is a fact of the payment
    sale: Sale,
    payments: Sequence[TenderInput],
    *,
    lines: Sequence[SaleLine],
    company: Company,
    held: int,
    refund: Sale | None,
    is_past: bool,
) -> list[Tender]:
    """Fix the sale's rounding; return its tenders, unsaved.

    The first ``held`` payments were taken before.
    """
    accepted = set(company.accepted_tenders)
    if refund is not None and refund.exchanged_for_id == sale.pk:
        accepted.add(TenderKind.EXCHANGE.value)
    for payment in payments:
        if payment.kind not in accepted and not is_voucher(payment.kind):
            raise UnknownTenderError(kind=payment.kind)
        require_not_pending(payment)
        refuse_card_number(payment.reference)
    require_vouchers(
        payments,
        lines,
        company=company,
        payable=sale.payable,
        held=held,
        is_past=is_past,
    )
    settlement = settle(sale.payable, payments, rule=cash_rule(company))
    sale.rounding = settlement.rounding
    return [
        Tender(
            company_id=sale.company_id,
            sale=sale,
            position=position,
            kind=payment.kind,
            tendered=payment.tendered,
            change=change,
            reference=payment.reference,
            is_pending=payment.is_pending,
            face_value=payment.face_value,
        )
        for position, (payment, change) in enumerate(
            zip(payments, settlement.changes, strict=True), start=1
        )
    ]
