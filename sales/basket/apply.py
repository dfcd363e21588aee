"""Change an open basket: batches of operations, each applied exactly once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.timezone import now

from pos.core.errors import DomainError, NotOfThisCompanyError
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember, Till
from sales.basket.editor import Editing
from sales.basket.errors import (
    OperationDiffersError,
    SaleNotOpenError,
    SequenceTakenError,
)
from sales.basket.lookups import Lookups
from sales.basket.operations import Operation, Result
from sales.errors import NoOpenShiftError
from sales.locks import lock_basket
from sales.models import Sale, SaleLine, SaleOperation, Shift
from sales.pricing.sale_totals import DISCOUNT, PRICED


@dataclass(frozen=True, slots=True)
class Basket:
    """A sale as it stands after a batch, and what became of the operations.

    ``acknowledged`` names every operation that need not be sent again;
    ``lines`` are the active ones in order.
    """

    sale: Sale
    lines: list[SaleLine]
    results: list[Result]
    acknowledged: list[UUID]


@atomic_with_retry
def apply_operations(
    *,
    uid: UUID,
    till: Till,
    operations: Sequence[Operation],
    actor: StaffMember,
    may_discount: bool = True,
    at: datetime | None = None,
) -> Basket:
    """Apply a till's operations to its basket, in the order of ``seq``.

    The first one opens the sale. Known ids are passed over, answered as before;
    what follows a gap in ``seq`` waits for the missing one. A rule that refuses
    one operation (an unknown barcode) is that operation's result and stops no
    other: without ``may_discount``, each discount is one. The basket is priced
    once and its revision rises once.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        NoOpenShiftError: the sale is new and the till has no open shift.
        SaleNotOpenError: the sale was finalized or voided in the meantime.
        OperationDiffersError: a known id comes with other content.
        SequenceTakenError: a new id comes with a ``seq`` that was used.
    """
    if till.company_id != actor.company_id:
        raise NotOfThisCompanyError(thing=Till._meta.verbose_name)
    moment = (at or now()).astimezone(UTC)
    operations = _once_each(operations)
    sale = _lock_or_open(uid=uid, till=till, actor=actor, at=moment)
    known = _known(sale, operations)
    fresh = sorted(
        (operation for operation in operations if operation.uid not in known),
        key=lambda operation: operation.seq,
    )
    ready = _ready(sale, fresh)
    if ready and not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    lines = _lines(sale)
    editing = Editing(
        sale=sale,
        lines=lines,
        till=till,
        actor=actor,
        lookups=Lookups.for_operations(
            ready, lines=lines, till=till, day=till.outlet.business_date(moment)
        ),
        at=moment,
        may_discount=may_discount,
    )
    results = {operation.uid: _apply(editing, operation) for operation in ready}
    if ready:
        sale.last_seq = ready[-1].seq
        with _new_ids():
            _save(editing, ready, results)
    results |= {
        operation.uid: _told(known[operation.uid])
        for operation in operations
        if operation.uid in known
    }
    return Basket(
        sale=sale,
        lines=editing.active_lines,
        results=[results[op.uid] for op in operations if op.uid in results],
        acknowledged=[op.uid for op in operations if op.uid in results],
    )


def _once_each(operations: Sequence[Operation]) -> list[Operation]:
    """The batch without repeats inside it."""
    by_uid: dict[UUID, Operation] = {}
    for operation in operations:
        first = by_uid.setdefault(operation.uid, operation)
        if first.fingerprint != operation.fingerprint:
            raise OperationDiffersError
    return list(by_uid.values())


def _lock_or_open(*, uid: UUID, till: Till, actor: StaffMember, at: datetime) -> Sale:
    """Lock the sale, opened first where this is its first request."""
    known = lock_basket(uid, company_id=till.company_id)
    if known is not None:
        return known
    if not Shift.objects.at_till(till.pk).open().exists():
        raise NoOpenShiftError(till=till)
    fresh = open_sale(uid=uid, till=till, actor=actor, at=at)
    Sale.objects.bulk_create([fresh], ignore_conflicts=True)
    sale = lock_basket(uid, company_id=till.company_id)
    assert sale is not None
    return sale


def open_sale(*, uid: UUID, till: Till, actor: StaffMember, at: datetime) -> Sale:
    """Return a new, empty sale at the till by the company's rules, unsaved."""
    return Sale(
        uid=uid,
        company_id=till.company_id,
        till=till,
        cashier=actor,
        prices_include_tax=till.company.prices_include_tax,
        tax_rounding=till.company.tax_rounding,
        opened_at=at,
    )


def _lines(sale: Sale) -> list[SaleLine]:
    """All lines, removed ones too; a sale just begun has none."""
    if not sale.revision and not sale.line_count:
        return []
    return list(sale.lines.select_related("product").order_by("position"))


def _known(sale: Sale, operations: Iterable[Operation]) -> dict[UUID, SaleOperation]:
    """Those of the operations that were applied before, on this very sale."""
    sent = {operation.uid: operation for operation in operations}
    rows = SaleOperation.objects.of_company(sale.company_id).filter(uid__in=sent)
    known = {row.uid: row for row in rows}
    for uid, row in known.items():
        if row.sale_id != sale.pk or row.fingerprint != sent[uid].fingerprint:
            raise OperationDiffersError
    return known


def _ready(sale: Sale, fresh: Sequence[Operation]) -> list[Operation]:
    """Those new operations that follow on without a gap."""
    ready: list[Operation] = []
    for expected, operation in enumerate(fresh, start=sale.last_seq + 1):
        if operation.seq < expected:
            raise SequenceTakenError(next_seq=sale.last_seq + 1)
        if operation.seq > expected:
            break
        ready.append(operation)
    return ready


def _apply(editing: Editing, operation: Operation) -> Result:
    try:
        return editing.apply(operation)
    except DomainError as error:
        return Result(operation.uid, ok=False, code=error.code, message=str(error))


@contextmanager
def _new_ids() -> Iterator[None]:
    """An id that came for another basket at this moment is a refusal."""
    try:
        yield
    except IntegrityError as error:
        names = ("line_uid_once_per_company", "operation_uid_once_per_company")
        if not any(name in str(error) for name in names):
            raise
        raise OperationDiffersError from error


def _save(
    editing: Editing, ready: Sequence[Operation], results: dict[UUID, Result]
) -> None:
    """Price the basket and write what moved, in a fixed number of statements."""
    sale = editing.sale
    moved = editing.price()
    changed = editing.touched | {line.uid for line in moved}
    SaleLine.objects.bulk_create(editing.added)
    made = {line.uid for line in editing.added}
    SaleLine.objects.bulk_update(
        [line for line in editing.lines if line.uid in changed - made],
        ["quantity", "removed_by", *DISCOUNT, *PRICED],
    )
    SaleOperation.objects.bulk_create(
        SaleOperation(
            uid=operation.uid,
            company_id=sale.company_id,
            sale=sale,
            seq=operation.seq,
            kind=operation.kind,
            fingerprint=operation.fingerprint,
            result=results[operation.uid].as_json(),
            staff_member=editing.actor,
        )
        for operation in ready
    )
    sale.revision += 1
    sale.save(
        update_fields=[
            "revision",
            "last_seq",
            "status",
            "parked_at",
            "till",
            "cashier",
            "customer",
            "note",
            "label",
            "line_count",
            "total",
            "net_total",
            *DISCOUNT,
            "points_redeemed",
            "point_value",
            "points_value",
        ]
    )


def _told(row: SaleOperation) -> Result:
    """What the till was told the first time."""
    told = row.result
    return Result(
        row.uid,
        ok=told["ok"],
        code=told["code"],
        message=told["message"],
        line=UUID(told["line"]) if told["line"] else None,
    )
