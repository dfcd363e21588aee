"""Prints: counts the printings of a receipt, and says which copy a paper is."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import NotOfThisCompanyError
from pos.models import StaffMember
from sales.models import ReceiptPrint, Sale
from sales.receipts.receipt import Receipt, draw_receipt

# For so long the repeat of a finalization gets the same receipt, and then a copy.
FIRST_ANSWER = timedelta(minutes=1)


def count_prints(sale: Sale) -> int:
    """Return the copy that the next print of the receipt is; 0 is the original."""
    return len(sale.prints.all())


def draw_next(sale: Sale) -> Receipt:
    """Return the receipt as the next print says it; nothing is counted by looking."""
    return draw_receipt(sale, copy=count_prints(sale))


def draw_answer(uid: UUID, *, actor: StaffMember) -> Receipt:
    """Return the receipt for the answer to a finalization, or to its repeat.

    Within a minute of the first answer a repeat gets the same receipt. Later it gets
    a copy, which is counted.
    """
    sales = Sale.objects.of_company(actor.company_id).for_receipt()
    sale = sales.get(uid=uid)
    assert sale.finalized_at is not None
    assert sale.recorded_at is not None
    # A document may be dated ahead of the clock, after the till's last one.
    if database_now() <= min(sale.finalized_at, sale.recorded_at) + FIRST_ANSWER:
        return draw_receipt(sale)
    printed = record_print(uid=uid, actor=actor, is_answer=True)
    return draw_receipt(sale, copy=printed.copy_number)


@transaction.atomic
def record_print(
    *, uid: UUID, actor: StaffMember, is_answer: bool = False
) -> ReceiptPrint:
    """Record that a receipt is printed once more; the first one is copy 0.

    Every later one must say COPY and its number. With ``is_answer`` it goes out with
    the repeat of an answer: the original went out with the first, and is recorded too
    if it was not printed. A print has no id of its own, so that this is not retried:
    see ``pos.core.transactions``.

    Raises:
        NotOfThisCompanyError: there is no such finalized sale in the company.
        NotAllowedError: the actor may not see sales; may not finalize, for an answer.
    """
    sales = Sale.objects.of_company(actor.company_id).finalized()
    sale = sales.locked().filter(uid=uid).first()
    if sale is None:
        raise NotOfThisCompanyError(thing=Sale._meta.verbose_name)
    act = "sales.finalize_sale" if is_answer else "sales.view_sale"
    require(actor, act, subject=sale)
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
    return ReceiptPrint.objects.create(
        company_id=sale.company_id, sale=sale, copy_number=number, staff_member=actor
    )
