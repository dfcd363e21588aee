"""Handover: what is given to a customer who brings goods back, and what is taken.

What vouchers paid goes back by voucher, and in an exchange may pay for the new goods.
The books have both; hands move the difference. The payment screen, the screen of a
finished exchange and the message of a refund say what this module works out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sales.checkout.settlement import TenderInput
from sales.checkout.vouchers import fold_number, is_voucher
from sales.models import Sale, Tender
from sales.refunds.settlement import EXCHANGE, SettledTender


@dataclass(frozen=True, slots=True)
class Handed:
    """Money or a voucher that changes hands; the amount is above zero.

    ``number`` is that of a voucher, ``worth`` what it says where less of it counted.
    """

    kind: str
    amount: Decimal
    number: str = ""
    worth: Decimal | None = None


def net_vouchers(
    back: Iterable[Handed], paid: Iterable[Handed]
) -> tuple[list[Handed], list[Handed]]:
    """Return what is given to the customer and what is taken, each voucher once.

    A voucher that goes back and pays for the new goods stays where it is: only the
    difference changes hands. It is the same by its kind and number. One without a
    number is taken for the one that goes back, unless it says what it is worth: then
    it is another, of which the rest is lost.
    """
    given = [handed for handed in back if handed.amount]
    taken = []
    for payment in paid:
        left = payment.amount
        for place, handed in enumerate(given):
            if _is_same(handed, payment):
                kept = min(handed.amount, left)
                given[place] = replace(handed, amount=handed.amount - kept)
                left -= kept
        if left or not payment.amount:
            taken.append(replace(payment, amount=left))
    return [handed for handed in given if handed.amount], taken


def _is_same(back: Handed, paid: Handed) -> bool:
    if not is_voucher(back.kind) or back.kind != paid.kind:
        return False
    number = fold_number(paid.number)
    is_another = not number and paid.worth is not None
    return fold_number(back.number) == number and not is_another


def list_planned(tenders: Iterable[SettledTender]) -> list[Handed]:
    """Return what a plan pays back."""
    return [
        Handed(tender.kind, tender.amount, _number_of(tender.kind, tender.reference))
        for tender in tenders
    ]


def list_taken(tenders: Iterable[TenderInput | Tender]) -> list[Handed]:
    """Return what was handed over for goods, besides those that came back."""
    return [
        Handed(
            tender.kind,
            tender.tendered,
            _number_of(tender.kind, tender.reference),
            tender.face_value,
        )
        for tender in tenders
        if tender.kind != EXCHANGE
    ]


def list_given_back(refund: Sale) -> list[Handed]:
    """Return what a finished refund paid back, and what its vouchers say."""
    back = [
        Handed(tender.kind, -tender.tendered, _number_of(tender.kind, tender.reference))
        for tender in refund.tenders.all()
        if tender.kind != EXCHANGE
    ]
    if refund.original_id is None or not any(handed.number for handed in back):
        return back
    cut = Tender.objects.filter(sale=refund.original_id, face_value__isnull=False)
    worth = {
        (kind, fold_number(number)): face_value
        for kind, number, face_value in cut.values_list(
            "kind", "reference", "face_value"
        )
    }
    return [
        replace(one, worth=worth.get((one.kind, fold_number(one.number))))
        if one.number
        else one
        for one in back
    ]


def _number_of(kind: str, reference: str) -> str:
    """Return the number of a voucher; the reference of a slip is none."""
    return reference if is_voucher(kind) else ""
