"""Settlement: whether tenders cover a sale, and what change they leave; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.errors import InvalidAmountError
from pos.core.money import (
    ZERO,
    is_money,
)
from sales.cash.rounding import CashRule
from sales.checkout.errors import (
    ChangeTooMuchError,
    TenderShortError,
    TenderTooMuchError,
)

CASH = "cash"


@dataclass(frozen=True, slots=True)
class TenderInput:
    """One tender as it was handed over, before change.

    ``skip_rounding`` is for cash that was paid to the minor unit and not rounded, as
    past sales out of a file were.
    """

    kind: str
    tendered: Decimal
    reference: str = ""
    skip_rounding: bool = False
    # Nobody has seen the money arrive yet: a confirmation follows.
    is_pending: bool = False
    # What a voucher says that it is worth, where only ``tendered`` of it counts.
    face_value: Decimal | None = None

    @property
    def is_cash(self) -> bool:
        return self.kind == CASH


@dataclass(frozen=True, slots=True)
class Settlement:
    """How tenders settle what is payable: ``due = payable + rounding``.

    ``changes`` has one amount for each tender, in order.
    """

    rounding: Decimal
    changes: tuple[Decimal, ...]


def settle(
    payable: Decimal, payments: Sequence[TenderInput], *, rule: CashRule
) -> Settlement:
    """Work out rounding and change.

    Only what is left for cash is rounded, since no coin pays the rest, and only
    cash gives change, off the last cash tender first.

    Raises:
        InvalidAmountError: a tender is not money, or is zero.
        NotPayableError: there are no coins for the cash.
        TenderShortError: something is still to be paid.
        TenderTooMuchError: tenders other than cash come to more than that,
            or there is cash where nothing is left to pay.
        ChangeTooMuchError: the change is so much that the cash was mistyped.
    """
    for payment in payments:
        if not (
            is_money(payment.tendered, places=rule.places)
            and (payment.tendered > 0 or (payment.is_cash and not payment.tendered))
        ):
            raise InvalidAmountError(amount=payment.tendered)
    not_cash = sum((p.tendered for p in payments if not p.is_cash), ZERO)
    cash = sum((p.tendered for p in payments if p.is_cash), ZERO)
    left = payable - not_cash
    if left < 0 or (not left and cash):
        raise TenderTooMuchError(excess=rule.format(-left if left else cash))
    if not any(payment.is_cash for payment in payments):
        if left:
            raise TenderShortError(short=rule.format(left))
        return Settlement(ZERO, (ZERO,) * len(payments))
    skip_rounding = all(
        payment.skip_rounding for payment in payments if payment.is_cash
    )
    due = left if skip_rounding else rule.due(left)
    if cash - due >= rule.change_limit:
        raise ChangeTooMuchError(change=rule.format(cash - due))
    _require_coins(payments, rule)
    if cash < due:
        raise TenderShortError(short=rule.format(due - cash))
    return Settlement(due - left, _changes(payments, cash - due))


def _require_coins(payments: Sequence[TenderInput], rule: CashRule) -> None:
    for payment in payments:
        if payment.is_cash and not payment.skip_rounding:
            rule.validate_payable(payment.tendered)


def _changes(payments: Sequence[TenderInput], change: Decimal) -> tuple[Decimal, ...]:
    """Take the change off the cash tenders, the last one first."""
    changes = [ZERO] * len(payments)
    for i in reversed(range(len(payments))):
        if payments[i].is_cash:
            changes[i] = min(change, payments[i].tendered)
            change -= changes[i]
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class AmountLeft:
    """What is left to pay: to the minor unit, and rounded for cash.

    Of what was taken already, ``change`` is handed back in cash, and ``excess`` is
    more than can be settled: no change is given for it.
    """

    amount: Decimal
    in_cash: Decimal
    change: Decimal = ZERO
    excess: Decimal = ZERO


def calculate_amount_left(
    payable: Decimal, taken: Sequence[TenderInput], *, rule: CashRule
) -> AmountLeft:
    """Return what is left after the tenders taken so far; never below zero."""
    not_cash = sum((p.tendered for p in taken if not p.is_cash), ZERO)
    cash = sum((p.tendered for p in taken if p.is_cash), ZERO)
    left = payable - not_cash
    if left <= 0:
        return AmountLeft(ZERO, ZERO, excess=cash - left)
    due = rule.due(left)
    return AmountLeft(
        amount=max(left - cash, ZERO),
        in_cash=max(due - cash, ZERO),
        change=max(cash - due, ZERO),
    )
