"""Write: claims, approves, numbers and saves a planned refund."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid5

from django.db.models import F

from customers.models import PointsEntry
from customers.points.ledger import return_points, reverse_points
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.limits import (
    find_agreed,
    find_passed,
    name_limits,
    require_within_limits,
)
from pos.access.permission import require
from pos.core.errors import DifferentRepeatError
from pos.core.money import ZERO
from pos.core.prepared import (
    Param,
    PreparedUpdate,
    any_of,
    value_at_position,
)
from pos.models import Company, StaffMember, Till
from pos.models.limits import LimitedAct
from pos.models.voucher import name_kind
from pos.stock.returns import Return, return_stock
from sales.basket.new_sale import CLAIM
from sales.cash.rounding import cash_rule
from sales.checkout.drawer_cash import CashOut, Way, require_cash
from sales.checkout.finished import complete_sale
from sales.checkout.numbering import link_document, number_document
from sales.checkout.records import record_finalization
from sales.checkout.settlement import CASH
from sales.models import Sale, SaleLine, Shift, Tender
from sales.refunds.errors import RefundChangedError, RefundTendersChangedError
from sales.refunds.limits import REFUNDS, measure_refund
from sales.refunds.plan import RefundPlan
from sales.refunds.request import MAY_APPROVE, RefundRequest, ShownRefund
from sales.refunds.rows import read_money, uids_of_documents
from sales.refunds.settlement import AS_PAID, EXCHANGE, RefundableMoney, name_tenders

# The time of a claim until the lock of the till tells that of the refund.
NOT_DATED = datetime(1970, 1, 1, tzinfo=UTC)

RAISE_REFUNDED = PreparedUpdate(
    SaleLine.objects.filter(any_of("id", Param("lines"))),
    refunded_quantity=F("refunded_quantity")
    + value_at_position("quantities", "lines", "id"),
    refunded_total=F("refunded_total") + value_at_position("totals", "lines", "id"),
)


def claim_refund(refund: Sale, request: RefundRequest) -> Sale:
    """Insert the new refund for this request, and return it locked.

    Where its uid was used, that refund is returned in its place, if it is of the
    same content: finalized, so that nothing more is to be done. A request that
    comes at the same moment waits here for the first.

    Raises DifferentRepeatError when the uid was used for something else.
    """
    refund.uid = request.uid
    refund.kind = Sale.Kind.REFUND
    refund.till, refund.device = request.till, request.device
    refund.cashier = request.actor
    refund.reason, refund.opened_at = request.reason, NOT_DATED
    if CLAIM.run(refund).pk is not None:
        return refund
    own = Sale.objects.of_company(refund.company_id).filter(uid=refund.uid)
    claimed = own.locked().first()
    if claimed is None or claimed.kind != Sale.Kind.REFUND:
        raise DifferentRepeatError
    money = RefundableMoney(ZERO)
    if claimed.original_id and any(t.kind == AS_PAID for t in request.tenders):
        money = read_money(claimed.original_id)
    tenders = name_tenders(request.tenders, money)
    if claimed.tenders_fingerprint != request.fingerprint(tenders):
        raise DifferentRepeatError
    return claimed


def approve(
    refund: Sale,
    plan: RefundPlan,
    request: RefundRequest,
    *,
    shift: Shift,
    age: int = 0,
) -> RefundPlan:
    """Name who answers for the refund; the plan comes back with the limits passed.

    ``age`` is the days since the sale. The till is locked. Raises what
    ``approve_refund`` and ``approve_cash`` raise.
    """
    actor = request.actor
    approver, passed = approve_refund(plan, request, age=age)
    of_cash = approve_cash(plan, request, till=refund.till, shift=shift)
    refund.approved_by = choose_approver(approver, of_cash, actor=actor)
    overdraft = find_agreed(actor, {LimitedAct.OVERDRAFT: of_cash})
    return replace(plan, passed=[*passed, *overdraft])


def approve_refund(
    plan: RefundPlan, request: RefundRequest, *, age: int = 0
) -> tuple[StaffMember | None, Sequence[str]]:
    """Return who approves the refund, and the limits passed; nobody, if nobody has to.

    Within their limits the actor answers for what takes an approver. Raises
    LimitPassedError or ApproverLimitError, and ApproverMayNotError for any approver
    that is named.
    """
    approver = None
    if request.approved_by is not None or (request.is_past and plan.needs_approval):
        approver = require(
            request.actor,
            MAY_APPROVE,
            subject=request.till,
            amount=plan.paid_back,
            approved_by=request.approved_by,
        )
    if request.is_past:
        return (approver if plan.needs_approval else None), ()
    measured = measure_refund(plan, age=age)
    approver = require_within_limits(
        request.actor,
        REFUNDS,
        subject=request.till,
        uid=request.uid,
        measured=measured,
        reason=request.reason,
        approved_by=request.approved_by,
    )
    passed = [one.act for one in find_passed(request.actor, measured)]
    if plan.needs_approval:
        approver = approver or request.approved_by or request.actor
    return approver, passed


def require_as_shown(
    plan: RefundPlan, shown: ShownRefund | None, *, company: Company
) -> None:
    """Refuse a plan that is not what a preview promised, if there was one.

    Raises RefundChangedError, or RefundTendersChangedError where only the tenders
    differ.
    """
    planned = plan.shown
    if shown is None or planned == shown:
        return
    rule = cash_rule(company)
    if (planned.due, planned.tax) != (shown.due, shown.tax):
        raise RefundChangedError(
            due=rule.format(planned.due),
            tax=rule.format(planned.tax),
            shown_due=rule.format(shown.due),
            shown_tax=rule.format(shown.tax),
        )
    if shown.tenders:
        texts = [
            f"{name_kind(kind, company)} {rule.format(amount)}"
            for kind, amount in plan.settlement.by_kind.items()
        ]
        raise RefundTendersChangedError(ways=", ".join(texts))


def approve_cash(
    plan: RefundPlan, request: RefundRequest, *, till: Till, shift: Shift
) -> StaffMember | None:
    """Return who answers for more cash than the drawer should hold; nobody, if less.

    Raises what ``require_cash`` raises.
    """
    cash = [t.amount for t in plan.settlement.tenders if t.kind == CASH]
    if request.is_past or not cash:
        return None
    return require_cash(
        CashOut(
            Way.REFUND,
            sum(cash, ZERO),
            shift,
            till,
            request.actor,
            request.approved_by,
            request.uid,
            request.reason,
        )
    )


def choose_approver(
    *approvers: StaffMember | None, actor: StaffMember
) -> StaffMember | None:
    """Return who answers for the refund: the one who agreed, or else the actor."""
    named = [person for person in approvers if person is not None]
    others = [person for person in named if person.pk != actor.pk]
    return next(iter(others + named), None)


def write_lines(refund: Sale, plan: RefundPlan) -> None:
    """Save the refund's lines, and count them on those of the original."""
    for line in plan.goods.lines:
        line.uid = uuid5(refund.uid, f"line {line.position}")
        line.company_id, line.sale = refund.company_id, refund
    SaleLine.objects.bulk_create(plan.goods.lines)
    if refund.original_id is not None:
        _count_refunded(plan.goods.lines)


def return_redeemed(
    refund: Sale, plan: RefundPlan, request: RefundRequest
) -> list[PointsEntry]:
    """Give back the points that had paid for the returned goods; return the entry."""
    if refund.customer_id is None or not plan.goods.points_returned:
        return []
    entry = return_points(
        customer_id=refund.customer_id,
        points=plan.goods.points_returned,
        source=refund.uid,
        actor=request.actor,
        at=request.time,
    )
    return [entry]


def reverse_earned(
    refund: Sale, plan: RefundPlan, request: RefundRequest
) -> list[PointsEntry]:
    """Reverse what the rest of the original would not have earned; return the entry."""
    if refund.customer_id is None or refund.original_id is None:
        return []
    entry = reverse_points(
        customer_id=refund.customer_id,
        sources=uids_of_documents(refund.original_id),
        left=plan.goods.left,
        source=refund.uid,
        actor=request.actor,
        at=request.time,
    )
    return [entry] if entry else []


def write_refund(
    refund: Sale,
    plan: RefundPlan,
    request: RefundRequest,
    *,
    shift: Shift,
    entries: Sequence[PointsEntry] = (),
) -> None:
    """Number the refund, link it, take the goods back and save it.

    The lines are saved, the points moved (``entries``) and every lock held but those
    of stock. The refund is complete then: it has all that its receipt prints.
    """
    lines, till = plan.goods.lines, refund.till
    refund.opened_at = request.time
    refund.line_count = len(lines)
    refund.total = plan.goods.total
    refund.net_total = sum((line.net_total for line in lines), ZERO)
    refund.deposits = plan.goods.deposits
    refund.points_value = sum((line.points_discount for line in lines), ZERO)
    refund.points_redeemed = -plan.goods.points_returned
    refund.rounding = plan.rounding
    refund.tenders_fingerprint = request.fingerprint(plan.tenders)
    tenders = _new_tenders(refund, plan)
    number_document(
        refund, till=till, shift=shift, actor=request.actor, at=request.time
    )
    document = link_document(refund, till=till, lines=lines, tenders=tenders)
    return_stock(
        outlet=till.outlet,
        returns=[
            Return(line.position, line.product, -line.quantity, bool(line.is_restocked))
            for line in lines
        ],
        source=refund.uid,
        actor=request.actor,
        at=request.time,
    )
    record_finalization(sale=refund, tenders=tenders, document=document)
    complete_sale(refund, till=till, lines=lines, tenders=tenders, entries=entries)
    _record(refund, plan, request)


def _record(refund: Sale, plan: RefundPlan, request: RefundRequest) -> None:
    """Write it into the audit trail of the till, which is locked."""
    original, sale = refund.original, refund.exchanged_for
    record(
        Act.SALE_REFUNDED,
        actor=request.actor,
        till=refund.till,
        subject=refund,
        approved_by=refund.approved_by,
        facts={
            "amount": -refund.payable - refund.rounding,
            "original": original.receipt_number if original else "",
            "exchanged_for": sale.uid if sale else "",
            "reason": refund.reason,
            **name_limits(plan.passed),
        },
        at=request.time,
    )


def _count_refunded(lines: Iterable[SaleLine]) -> None:
    """Raise the refunded counters of the original lines, in one statement.

    ``lines`` are the refund's; each original is locked by the caller. The CHECK
    on the counters refuses what the caller worked out wrong.
    """
    moved: dict[int, list[Decimal]] = {}
    for line in lines:
        assert line.original_line_id is not None
        counted = moved.setdefault(line.original_line_id, [ZERO, ZERO])
        counted[0] -= line.quantity
        counted[1] -= line.total
    RAISE_REFUNDED.run(
        lines=list(moved),
        quantities=[quantity for quantity, _ in moved.values()],
        totals=[total for _, total in moved.values()],
    )


def _new_tenders(refund: Sale, plan: RefundPlan) -> list[Tender]:
    """Return the refund's tenders, unsaved; the tender of an exchange comes first."""
    tenders = [
        Tender(
            kind=settled.kind,
            tendered=-settled.amount,
            reference=settled.reference,
            is_alternative_method=settled.is_alternative_method,
        )
        for settled in plan.settlement.tenders
    ]
    if plan.exchange_credit:
        tenders.insert(0, Tender(kind=EXCHANGE, tendered=-plan.exchange_credit))
    for position, tender in enumerate(tenders, start=1):
        tender.company_id, tender.sale = refund.company_id, refund
        tender.position = position
    return tenders
