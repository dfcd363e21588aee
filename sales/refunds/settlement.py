"""How the money of a refund goes back: what was paid is what is paid back; pure.

By default each way to pay gets back what it paid, those other than cash first, so
that only what is left for cash is rounded. A sale that was rounded in cash pays
back what was paid, not what it came to (domain: edge case 45).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pos.core.errors import InvalidAmountError
from pos.core.money import ZERO, CashRounding, is_money, round_cash
from sales.cash.rounding import CashRule
from sales.checkout.settlement import CASH
from sales.refunds.errors import PaybacksDifferError

EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Payback:
    """One way in which money goes back. Without an amount, the rest.

    ``skip_rounding`` is for cash that is paid to the minor unit and not rounded, as
    past refunds out of a file were.
    """

    kind: str
    amount: Decimal | None = None
    reference: str = ""
    skip_rounding: bool = False

    @property
    def is_cash(self) -> bool:
        return self.kind == CASH


@dataclass(frozen=True, slots=True)
class Kept:
    """What the shop still has of a sale's money: together, and by how it was paid.

    What was paid back otherwise than it was paid counts in ``due`` only.
    """

    due: Decimal
    by_kind: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, kind: str) -> Decimal:
        return max(self.by_kind.get(kind, ZERO), ZERO)


@dataclass(frozen=True, slots=True)
class Leg:
    """So much goes back in this way, perhaps not the way it was paid."""

    kind: str
    amount: Decimal
    reference: str = ""
    is_alternative_method: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """``due`` is what goes back altogether: what is bridged, and the legs."""

    due: Decimal
    legs: tuple[Leg, ...]


def worth(total: Decimal, *, kept: Kept, is_last: bool) -> Decimal:
    """Return what goods of this total are worth to the customer, unrounded.

    Never more than the shop still has; the last refund takes all of that.
    """
    return kept.due if is_last else min(total, kept.due)


def pay_back(
    total: Decimal,
    *,
    kept: Kept,
    is_last: bool,
    rule: CashRule,
    paybacks: Sequence[Payback] = (),
    bridged: Decimal = ZERO,
) -> Settled:
    """Work out what goes back in which way for goods of this total.

    Amounts are above zero. ``bridged`` is what an exchange puts towards its new
    sale. Without paybacks money goes back as it was paid.

    Raises:
        InvalidAmountError: an amount is not money, or nothing.
        PaybacksDifferError: the paybacks do not come to what is due.
    """
    rest = worth(total, kept=kept, is_last=is_last) - bridged
    paybacks = paybacks or _as_paid(rest, kept)
    _validate(paybacks, rule)
    in_cash = [payback for payback in paybacks if payback.is_cash]
    cash_given, other_given = _given(in_cash), _given(paybacks) - _given(in_cash)
    open_one = next((p for p in paybacks if p.amount is None), None)
    is_cash_open = open_one is not None and open_one.is_cash
    is_other_open = open_one is not None and not open_one.is_cash
    other = rest - cash_given if is_other_open else other_given
    cash = ZERO
    if in_cash:
        skip_rounding = all(payback.skip_rounding for payback in in_cash)
        cash = _cash(
            rest - other,
            kept=kept,
            most=kept.due - bridged - other,
            is_last=is_last,
            rule=None if skip_rounding else rule,
        )
    remainder = other - other_given + (cash - cash_given if is_cash_open else ZERO)
    fits = other <= rest if in_cash else other == rest
    if not fits or remainder < 0 or not (is_cash_open or cash == cash_given):
        due = other + cash if in_cash else rest
        raise PaybacksDifferError(due=rule.format(due))
    amounts = [remainder if p.amount is None else p.amount for p in paybacks]
    return Settled(other + cash + bridged, _legs(paybacks, amounts, kept))


def _given(paybacks: Iterable[Payback]) -> Decimal:
    return sum((payback.amount or ZERO for payback in paybacks), ZERO)


def _as_paid(rest: Decimal, kept: Kept) -> list[Payback]:
    """Back to where it came from, cash last; what was exchanged goes in cash."""
    paybacks = []
    for kind in kept.by_kind:
        amount = min(kept.of(kind), rest)
        if kind not in {CASH, EXCHANGE} and amount > 0:
            paybacks.append(Payback(kind, amount))
            rest -= amount
    if rest > 0:
        paybacks.append(Payback(CASH))
    return paybacks


def _validate(paybacks: Sequence[Payback], rule: CashRule) -> None:
    for payback in paybacks:
        amount = payback.amount
        if amount is not None and not (
            is_money(amount, places=rule.places) and amount > 0
        ):
            raise InvalidAmountError(amount=amount)
    if sum(payback.amount is None for payback in paybacks) > 1:
        raise InvalidAmountError(amount="")


def _cash(
    leg: Decimal, *, kept: Kept, most: Decimal, is_last: bool, rule: CashRule | None
) -> Decimal:
    """Return what is paid in cash for this leg, in coins that there are.

    All that was paid in cash goes back as it was by the last refund; a part of it
    is rounded like any cash. Rounding takes nobody above what the shop has. Without
    a rule nothing is rounded.
    """
    if leg <= 0 or rule is None:
        return max(leg, ZERO)
    paid_so = kept.of(CASH) if is_last and leg >= kept.of(CASH) else ZERO
    cash = paid_so + rule.due(leg - paid_so)
    if leg <= kept.of(CASH):
        most = min(most, kept.of(CASH))
    if cash > most:
        cash = round_cash(most, step=rule.step, rounding=CashRounding.DOWN)
    return cash


def _legs(
    paybacks: Sequence[Payback], amounts: Sequence[Decimal], kept: Kept
) -> tuple[Leg, ...]:
    """Tell what goes back as it was paid from what is diverted."""
    left = {payback.kind: kept.of(payback.kind) for payback in paybacks}
    legs = []
    for payback, amount in zip(paybacks, amounts, strict=True):
        as_paid = min(amount, left[payback.kind])
        left[payback.kind] -= as_paid
        for part, is_alternative_method in ((as_paid, False), (amount - as_paid, True)):
            if part:
                legs.append(
                    Leg(payback.kind, part, payback.reference, is_alternative_method)
                )
    return tuple(legs)
