"""Apply: carries out a batch of operations on an open basket, each exactly once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists

from pos.access.audit import with_entry
from pos.access.permission import require
from pos.core.errors import (
    DifferentRepeatError,
    DomainError,
    NotOfThisCompanyError,
)
from pos.core.prepared import Param, Prepared, any_of
from pos.core.prepared_rows import PreparedRowInsert, PreparedRows, PreparedRowUpdate
from pos.core.transactions import atomic_with_retry
from pos.models import Device, StaffMember, Till
from sales.basket.editor import BasketEditor
from sales.basket.edits import apply_operation
from sales.basket.errors import (
    OperationDiffersError,
    SaleElsewhereError,
    SaleNotOpenError,
    SequenceTakenError,
)
from sales.basket.lookups import Lookups
from sales.basket.new_sale import CLAIM, new_sale
from sales.basket.operations import Operation, Result
from sales.basket.place import lock_baskets_of, park_other_basket
from sales.basket.same_outlet import require_same_outlet
from sales.basket.trail import (
    record_approved,
    record_prices,
    record_restrictions,
)
from sales.basket.void_limits import OFF_BY_RULE
from sales.errors import NoOpenShiftError
from sales.locks import OPEN_SHIFT, lock_basket
from sales.models import Sale, SaleLine, SaleOperation
from sales.pricing.sale_totals import DISCOUNT, PRICED, SALE_PRICED

_SENT_BEFORE = SaleOperation.objects.filter(
    any_of("uid", Param("uids")), company_id=Param("company_id")
).order_by()
_APPLIED = Prepared(_SENT_BEFORE)
# Removed ones too. Not locked: their sale has the lock. Each says the same of the
# operations, which the database looks up once: so a scan does not ask for them apart.
_LINES = Prepared(
    SaleLine.objects.filter(sale_id=Param("sale_id"))
    .select_related("product")
    .with_restriction()
    .annotate(is_off_by_rule=OFF_BY_RULE, is_repeat=Exists(_SENT_BEFORE))
    .order_by("position")
)
# What operations change of a line, besides its discount and its amounts.
_EDITED = ("quantity", "removed_by", "label_amount", "price_source")
_REPRICED = ("unit_price", "price_reason", "priced_by")
_CHANGED = (
    "revision",
    "last_seq",
    "status",
    "parked_at",
    "till_id",
    "device_id",
    "cashier_id",
    "customer_id",
    "note",
    "returned_goods",
    "label",
    *DISCOUNT,
    "point_value",
    *SALE_PRICED,
    "confirmed_age",
    "age_confirmed_by_id",
    "age_confirmed_at",
)


def _writes(*edited: str) -> PreparedRows:
    """Return the one statement that writes what a batch has done."""
    return PreparedRows(
        added=PreparedRowInsert(SaleLine),
        changed=PreparedRowUpdate(SaleLine, [*edited, *DISCOUNT, *PRICED]),
        noted=PreparedRowInsert(SaleOperation),
        sale=PreparedRowUpdate(Sale, _CHANGED),
    )


_WRITE = _writes(*_EDITED)
_WRITE_REPRICED = _writes(*_EDITED, *_REPRICED)
Kind = SaleOperation.Kind


@dataclass(frozen=True, slots=True)
class Basket:
    """A sale after a batch, and the results of the operations.

    ``acknowledged`` names every operation that need not be sent again; ``lines``
    are those that were not removed, in order.
    """

    sale: Sale
    lines: list[SaleLine]
    results: list[Result]
    acknowledged: list[UUID]


@atomic_with_retry
def apply_operations(  # noqa: PLR0913  (who, where and when, and who approves)
    *,
    uid: UUID,
    till: Till,
    operations: Sequence[Operation],
    actor: StaffMember,
    device: Device | None = None,
    approved_by: StaffMember | None = None,
    at: datetime | None = None,
) -> Basket:
    """Apply a device's operations to its basket, in the order of ``seq``.

    ``device`` is one of the till; a command has none. The first operation makes the
    sale, and parks what else is open at the device. Known ids are not applied again,
    but answered as before; what follows a gap in ``seq`` waits for the missing one. A
    rule that refuses one operation (an unknown barcode) is that operation's result and
    stops no other: of an actor who may not discount, each discount is one, and so is
    one above the actor's limit without ``approved_by``, and any on a basket that is
    open elsewhere. The basket is priced once and its revision rises once.

    Raises:
        NotOfThisCompanyError: the till is another company's, or the basket is at
            another outlet than the till.
        NotAllowedError: the actor may not sell.
        OtherOutletError: the actor does not use the tills of this outlet.
        NoOpenShiftError: the sale is new and the till has no open shift.
        SaleNotOpenError: the sale was finalized or voided in the meantime.
        OperationDiffersError: a known id comes with other content, or is that of
            another act that was approved.
        SequenceTakenError: a new id comes with a ``seq`` that was used.
    """
    require(actor, "sales.sell", subject=till)
    operations = _remove_repeats(operations)
    if device is not None and any(o.kind == Kind.RECALL for o in operations):
        lock_baskets_of(device, uid=uid)
    sale, moment = _lock_or_create_sale(uid, till, device=device, actor=actor, at=at)
    require_same_outlet(sale, till)
    sale.read_at = moment
    lines = _load_lines(sale, operations)
    applied = _find_applied(sale, lines, operations)
    ready = _select_consecutive(
        [operation for operation in operations if operation.uid not in applied],
        last_seq=sale.last_seq,
    )
    if ready and not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    editor = BasketEditor(
        sale=sale,
        lines=lines,
        till=till,
        actor=actor,
        lookups=Lookups.for_operations(
            ready, lines=lines, till=till, day=till.outlet.tax_date(moment)
        ),
        at=moment,
        device=device,
        approved_by=approved_by,
        is_past=at is not None,
    )
    refusals: list[DomainError] = []
    results = {operation.uid: _try(editor, operation, refusals) for operation in ready}
    if ready:
        sale.last_seq = ready[-1].seq
        with _refuse_used_ids():
            _save(editor, ready, results)
        record_approved(editor, ready, results)
        record_prices(editor)
        record_restrictions(editor)
        for refusal in refusals:
            if refusal.after_rollback is not None:
                refusal.after_rollback()
    results |= {uid: stored_result(row) for uid, row in applied.items()}
    answered = [operation.uid for operation in operations if operation.uid in results]
    return Basket(
        sale=sale,
        lines=editor.active_lines,
        results=[results[uid] for uid in answered],
        acknowledged=answered,
    )


def _remove_repeats(operations: Sequence[Operation]) -> list[Operation]:
    """Return the batch without repeats inside it."""
    by_uid: dict[UUID, Operation] = {}
    for operation in operations:
        first = by_uid.setdefault(operation.uid, operation)
        if first.fingerprint != operation.fingerprint:
            raise OperationDiffersError
    return list(by_uid.values())


def _lock_or_create_sale(
    uid: UUID,
    till: Till,
    *,
    device: Device | None,
    actor: StaffMember,
    at: datetime | None,
) -> tuple[Sale, datetime]:
    """Lock the sale, made first where this is its first request; return the time too.

    That is ``at``, where a command says when it was, or else the database's.
    """
    locked = lock_basket(uid, company_id=till.company_id)
    if locked is None:
        _create_sale(uid, till, device=device, actor=actor, at=at)
        locked = lock_basket(uid, company_id=till.company_id)
    while locked is None:
        # Not made: another basket is open at the device.
        assert device is not None
        park_other_basket(device, uid=uid, at=at)
        _create_sale(uid, till, device=device, actor=actor, at=at)
        locked = lock_basket(uid, company_id=till.company_id)
    sale, moment = locked
    return sale, moment if at is None else at.astimezone(UTC)


def _create_sale(
    uid: UUID,
    till: Till,
    *,
    device: Device | None,
    actor: StaffMember,
    at: datetime | None,
) -> None:
    """Make the sale, unless it is there, or another is open at the device.

    Without ``at`` it is opened at the database's time.
    """
    found = OPEN_SHIFT.first_with_time(till_id=till.pk)
    if found is None:
        raise NoOpenShiftError(till=till)
    _shift, moment = found
    sale = new_sale(uid=uid, till=till, device=device, actor=actor, at=at or moment)
    # The same first request may have come twice at this moment.
    CLAIM.run(sale)


def _load_lines(sale: Sale, operations: Iterable[Operation]) -> list[SaleLine]:
    """Return all lines, removed ones too. A sale that was just made has none.

    Each says whether one of the operations came before (``is_repeat``).
    """
    if not sale.revision and not sale.line_count:
        return []
    uids = [operation.uid for operation in operations]
    return _LINES.all(sale_id=sale.pk, company_id=sale.company_id, uids=uids)


def _find_applied(
    sale: Sale, lines: Sequence[SaleLine], operations: Iterable[Operation]
) -> dict[UUID, SaleOperation]:
    """Return those of the operations that were applied to this sale before."""
    if lines and not lines[0].is_repeat:  # type: ignore[attr-defined]  # annotated
        return {}
    sent = {operation.uid: operation for operation in operations}
    rows = _APPLIED.all(company_id=sale.company_id, uids=list(sent))
    applied = {row.uid: row for row in rows}
    for uid, row in applied.items():
        if row.sale_id != sale.pk or row.fingerprint != sent[uid].fingerprint:
            raise OperationDiffersError
    return applied


def _select_consecutive(
    operations: Iterable[Operation], *, last_seq: int
) -> list[Operation]:
    """Return the new operations that follow ``last_seq`` without a gap, in order."""
    ready: list[Operation] = []
    in_order = sorted(operations, key=lambda operation: operation.seq)
    for expected, operation in enumerate(in_order, start=last_seq + 1):
        if operation.seq < expected:
            raise SequenceTakenError(next_seq=last_seq + 1)
        if operation.seq > expected:
            break
        ready.append(operation)
    return ready


def _try(
    editor: BasketEditor, operation: Operation, refusals: list[DomainError]
) -> Result:
    """Apply the operation; a refusal is its result.

    No page leads to another company's row, or another till's basket: that somebody
    tried is in the audit trail.
    """
    try:
        return apply_operation(editor, operation)
    except DifferentRepeatError as error:
        # Of the approval: nothing more can be written in this transaction.
        raise OperationDiffersError from error
    except DomainError as error:
        if isinstance(error, NotOfThisCompanyError | SaleElsewhereError):
            with_entry(error, actor=editor.actor, subject=editor.till)
        refusals.append(error)
        return Result(operation.uid, ok=False, code=error.code, message=str(error))


@contextmanager
def _refuse_used_ids() -> Iterator[None]:
    """Refuse an id, or a device, that another basket has taken at the same moment."""
    try:
        yield
    except IntegrityError as error:
        if "one_open_basket_per_device" in str(error):
            raise SequenceTakenError from error
        names = ("line_uid_once_per_company", "operation_uid_once_per_company")
        if not any(name in str(error) for name in names):
            raise
        raise OperationDiffersError from error


def _save(
    editor: BasketEditor, ready: Sequence[Operation], results: dict[UUID, Result]
) -> None:
    """Price the basket and write what has changed, in one statement."""
    sale = editor.sale
    priced = editor.price()
    changed = editor.touched | {line.uid for line in priced}
    added = {line.uid for line in editor.added}
    noted = [
        SaleOperation(
            uid=operation.uid,
            company_id=sale.company_id,
            sale=sale,
            seq=operation.seq,
            kind=operation.kind,
            fingerprint=operation.fingerprint,
            result=results[operation.uid].as_json(),
            staff_member=editor.actor,
        )
        for operation in ready
    ]
    sale.revision += 1
    write = _WRITE_REPRICED if editor.repriced else _WRITE
    write.run(
        added=editor.added,
        changed=[line for line in editor.lines if line.uid in changed - added],
        noted=noted,
        sale=[sale],
    )


def stored_result(row: SaleOperation) -> Result:
    """Return the answer that the till got when the operation was applied."""
    stored = row.result
    return Result(
        row.uid,
        ok=stored["ok"],
        code=stored["code"],
        message=stored["message"],
        line=UUID(stored["line"]) if stored["line"] else None,
        is_approved=stored.get("is_approved", False),
    )
