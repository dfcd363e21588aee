"""Prints: counts the printings of a receipt, and says which copy a paper is."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import LimitPassedError
from pos.access.limits import Measured, require_within_limits
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import DifferentRepeatError, NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember
from pos.models.limits import LimitedAct
from sales.models import ReceiptPrint, Sale
from sales.receipts.finished import load_finished
from sales.receipts.receipt import Receipt, draw_receipt

# For so long a repeat is that of a lost answer, and gets the same paper; then a copy.
FIRST_ANSWER = timedelta(minutes=1)

PRINTS = "sales.view_sale"


def count_prints(sale: Sale) -> int:
    """Return the copy that the next print of the receipt is; 0 is the original."""
    return len(sale.prints.all())


def draw_next(sale: Sale) -> Receipt:
    """Return the receipt as the next print says it; nothing is counted by looking."""
    return draw_receipt(sale, copy=count_prints(sale))


def draw_answer(sale: Sale, *, actor: StaffMember) -> tuple[Receipt, bool]:
    """Return the receipt for the answer to a finalization, and whether it has a paper.

    ``sale`` is what the service returned: what was finalized just now is complete, and
    what a repeat has found is read here. Within a minute of the first answer a repeat
    gets the same paper. Later it gets a copy, which is counted; beyond the actor's
    limit it gets none, and only says how the payment ended.
    """
    if sale.is_complete:
        return draw_receipt(sale), True
    uid = sale.uid
    sale, read_at = load_finished(uid, company_id=actor.company_id)
    assert sale.finalized_at is not None
    assert sale.recorded_at is not None
    # A document may be dated ahead of the clock, after the till's last one.
    if read_at <= min(sale.finalized_at, sale.recorded_at) + FIRST_ANSWER:
        return draw_receipt(sale), True
    try:
        printed = record_print(sale_uid=uid, actor=actor, is_answer=True)
    except LimitPassedError:
        return draw_receipt(sale), False
    return draw_receipt(sale, copy=printed.copy_number), True


@atomic_with_retry
def record_print(
    *,
    sale_uid: UUID,
    actor: StaffMember,
    is_answer: bool = False,
    approved_by: StaffMember | None = None,
    uid: UUID | None = None,
) -> ReceiptPrint:
    """Record that a receipt is printed once more; the first one is copy 0.

    Every later one must say COPY and its number. With ``is_answer`` it goes out with
    the repeat of an answer: the original went out with the first, and is recorded too
    if it was not printed. ``uid`` is the print's own, where the page named it: the
    same person's repeat within a minute, whose answer was lost, returns the first.
    Any other call is a further print, with an id of its own.

    Raises:
        NotOfThisCompanyError: there is no such finalized sale in the company.
        NotAllowedError: the actor may not see sales; may not finalize, for an answer.
        DifferentRepeatError: ``uid`` is that of another receipt's print, or of another
            approved act.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it is a later copy
            than the actor may print alone, and nobody who may has agreed.
    """
    sales = Sale.objects.of_company(actor.company_id).finalized()
    sale = sales.locked().select_related("till").filter(uid=sale_uid).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    act = "sales.finalize_sale" if is_answer else PRINTS
    require(actor, act, subject=sale, anywhere=not is_answer)
    first = _find_print(uid, sale) if uid else None
    if first and _is_lost_answer(first, actor=actor):
        return first
    uid = uuid7() if first or not uid else uid
    number = count_prints(sale)
    if is_answer and not number:
        ReceiptPrint.objects.create(
            company_id=sale.company_id,
            sale=sale,
            copy_number=0,
            staff_member=sale.cashier,
            printed_at=sale.recorded_at,
        )
        number = 1
    approver = require_within_limits(
        actor,
        act,
        subject=sale,
        uid=uid,
        measured=measure_print(number),
        approved_by=approved_by,
        anywhere=not is_answer,
    )
    printed = ReceiptPrint(
        uid=uid,
        company_id=sale.company_id,
        sale=sale,
        copy_number=number,
        staff_member=actor,
        approved_by=approver,
    )
    _save_new(printed)
    if number:
        record(
            Act.RECEIPT_REPRINTED,
            actor=actor,
            till=sale.till,
            subject=sale,
            approved_by=approver,
            facts={"copy": number, "print": printed.uid},
            at=printed.printed_at,
        )
    return printed


def measure_print(number: int) -> Measured:
    """Return which copy the print is; the original is none."""
    return {LimitedAct.REPRINT: Decimal(number)}


def _find_print(uid: UUID, sale: Sale) -> ReceiptPrint | None:
    first = ReceiptPrint.objects.of_company(sale.company_id).filter(uid=uid).first()
    if first is not None and first.sale_id != sale.pk:
        raise DifferentRepeatError
    return first


def _is_lost_answer(first: ReceiptPrint, *, actor: StaffMember) -> bool:
    is_same_person = first.staff_member_id == actor.pk
    return is_same_person and database_now() <= first.printed_at + FIRST_ANSWER


def _save_new(printed: ReceiptPrint) -> None:
    try:
        printed.save(force_insert=True)
    except IntegrityError as error:
        # The same uid came for another receipt at the same moment.
        if "receipt_print_uid_once_per_company" not in str(error):
            raise
        raise DifferentRepeatError from error
