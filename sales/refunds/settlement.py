"""Settlement of a refund: what was paid is what is paid back, and how; pure.

By default each way to pay gets back what it paid, those other than cash first, so
that only what is left for cash is rounded. A sale that was rounded in cash pays
back what was paid, not what it came to (domain: edge case 45).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pos.core.errors import InvalidAmountError
from pos.core.money import ZERO, CashRounding, is_money, round_cash
from sales.cash.rounding import CashRule
from sales.checkout.settlement import CASH
from sales.checkout.voucher_limits import Vouchers
from sales.refunds.errors import RefundTendersDifferError, VoucherRefundError

EXCHANGE = "exchange"
# Instead of a kind: back as it was paid.
AS_PAID = ""


@dataclass(frozen=True, slots=True)
class RefundTender:
    """One requested way to pay back. Without an amount it pays the rest.

    ``is_as_paid`` says that the reference is all that was requested: the amounts
    are those of a refund for which no way is named. ``skip_rounding`` is for cash that
    is paid to the minor unit and not rounded, as past refunds out of a file were;
    ``skip_terms`` is for a way that is not held to what vouchers pay for today.
    """

    kind: str
    amount: Decimal | None = None
    reference: str = ""
    skip_rounding: bool = False
    skip_terms: bool = False
    is_as_paid: bool = False

    @property
    def is_cash(self) -> bool:
        return self.kind == CASH


@dataclass(frozen=True, slots=True)
class RefundableMoney:
    """What the shop still has of a sale's money: in total, and by kind of tender.

    What was paid back in another kind than it was paid counts in ``due`` only.
    """

    due: Decimal
    by_kind: Mapping[str, Decimal] = field(default_factory=dict)
    # Those of the kinds that are vouchers: their money goes back by them alone.
    vouchers: frozenset[str] = frozenset()
    # By kind, the number of the one voucher that the shop has of this sale.
    numbers: Mapping[str, str] = field(default_factory=dict)
    # Kind and number, as it is compared, of all that it has: these may be given back.
    numbers_held: frozenset[tuple[str, str]] = frozenset()

    def of(self, kind: str) -> Decimal:
        return max(self.by_kind.get(kind, ZERO), ZERO)

    @property
    def kinds_paid(self) -> list[str]:
        """The kinds in which it was paid, also where all of it has gone back."""
        return [kind for kind in self.by_kind if kind != EXCHANGE]

    @property
    def kinds_with_reference(self) -> list[str]:
        """Those of them whose slip has a reference: all but cash."""
        return [kind for kind in self.kinds_paid if kind != CASH]

    @property
    def besides_vouchers(self) -> Decimal:
        """What may go back in another way than by the vouchers that paid."""
        return self.due - sum(map(self.of, self.vouchers), ZERO)

    @property
    def needs_alternative_method(self) -> bool:
        """Whether some was exchanged, or never seen to arrive: that goes in cash."""
        return self.due > sum(map(self.of, self.kinds_paid), ZERO)

    def worth(self, total: Decimal, *, is_last: bool) -> Decimal:
        """Return what goods of this total are worth to the customer, unrounded.

        At most what the shop still has; the last refund takes all of that.
        """
        return self.due if is_last else min(total, self.due)


def share_vouchers(
    worth: Decimal,
    *,
    money: RefundableMoney,
    vouchers: Vouchers,
    tenders: Sequence[RefundTender] = (),
) -> dict[str, Decimal]:
    """Return what of these goods' worth goes back by each kind of voucher.

    ``vouchers`` has the goods: as much goes back as could have paid for them, in the
    order in which it was paid; or as the ``tenders`` say, where they skip the terms.
    All else is at most what was paid in other ways, also where the terms are others by
    now.
    """
    share: dict[str, Decimal] = {}
    paid_by = [kind for kind in money.by_kind if kind in money.vouchers]
    skip_terms = any(tender.skip_terms for tender in tenders)
    named = {tender.kind for tender in tenders}
    for kind in paid_by:
        left = worth - sum(share.values(), ZERO)
        if skip_terms:
            payable = left if kind in named else ZERO
        else:
            payable = vouchers.find_most(kind, share)
        share[kind] = max(min(money.of(kind), left, payable), ZERO)
    others = max(money.besides_vouchers, ZERO)
    needed = worth - others - sum(share.values(), ZERO)
    for kind in paid_by:
        more = min(money.of(kind) - share[kind], max(needed, ZERO))
        share[kind] += more
        needed -= more
    return {kind: amount for kind, amount in share.items() if amount}


@dataclass(frozen=True, slots=True)
class SettledTender:
    """An amount that goes back in this kind, perhaps not the kind it was paid in."""

    kind: str
    amount: Decimal
    reference: str = ""
    is_alternative_method: bool = False


@dataclass(frozen=True, slots=True)
class RefundSettlement:
    """``due`` is what goes back altogether: the exchange credit, and the tenders."""

    due: Decimal
    tenders: tuple[SettledTender, ...] = ()

    @property
    def by_kind(self) -> dict[str, Decimal]:
        """How much goes back in each kind of tender."""
        amounts: dict[str, Decimal] = {}
        for tender in self.tenders:
            amounts[tender.kind] = amounts.get(tender.kind, ZERO) + tender.amount
        return amounts

    @property
    def is_alternative_method(self) -> bool:
        """Whether some of it goes back in another kind than it was paid."""
        return any(tender.is_alternative_method for tender in self.tenders)


def name_tenders(
    tenders: Sequence[RefundTender], money: RefundableMoney
) -> Sequence[RefundTender]:
    """Name the way that a reference belongs to, where it is paid back as paid.

    The same terms always have the same result, also when everything is already paid
    back, so that a repeat is recognized. A reference is of what goes back besides
    cash. Where that goes in several ways nobody can say to which of them it belongs,
    and it is dropped.
    """
    if all(tender.kind != AS_PAID for tender in tenders):
        return tenders
    [as_paid] = tenders
    [kind, *others] = money.kinds_with_reference or [CASH]
    return [] if others else [replace(as_paid, kind=kind, is_as_paid=True)]


def settle_refund(  # noqa: PLR0913  each is a fact of the refund
    total: Decimal,
    *,
    money: RefundableMoney,
    is_last: bool,
    rule: CashRule,
    tenders: Sequence[RefundTender] = (),
    exchange_credit: Decimal = ZERO,
    by_voucher: Mapping[str, Decimal] | None = None,
) -> RefundSettlement:
    """Work out what goes back in which way for goods of this total.

    Amounts are above zero. ``exchange_credit`` is what an exchange puts towards its new
    sale. Without tenders money goes back as it was paid. ``by_voucher`` is what goes
    back by vouchers, whatever way the tenders name for the rest.

    Raises:
        InvalidAmountError: an amount is not money, or nothing.
        RefundTendersDifferError: the tenders do not add up to what is due.
        VoucherRefundError: they name another way where all goes back by vouchers, or
            vouchers that did not pay for it.
    """
    _validate(tenders, rule)
    rest = money.worth(total, is_last=is_last) - exchange_credit
    tenders = _add_vouchers(rest, tenders, by_voucher or {}, money=money, rule=rule)
    _validate(tenders, rule)
    in_cash = [tender for tender in tenders if tender.is_cash]
    cash_given, other_given = _sum(in_cash), _sum(tenders) - _sum(in_cash)
    open_one = next((tender for tender in tenders if tender.amount is None), None)
    is_cash_open = open_one is not None and open_one.is_cash
    is_other_open = open_one is not None and not open_one.is_cash
    other = rest - cash_given if is_other_open else other_given
    cash = ZERO
    if in_cash:
        kept = _kept_by_vouchers(tenders, money)
        skip_rounding = all(tender.skip_rounding for tender in in_cash)
        cash = _round_cash(
            rest - other,
            money=money,
            most=money.due - exchange_credit - other - kept,
            is_last=is_last,
            rule=None if skip_rounding else rule,
        )
    remainder = other - other_given + (cash - cash_given if is_cash_open else ZERO)
    fits = other <= rest if in_cash else other == rest
    if not fits or remainder < 0 or not (is_cash_open or cash == cash_given):
        due = other + cash if in_cash else rest
        raise RefundTendersDifferError(due=rule.format(due))
    amounts = [remainder if t.amount is None else t.amount for t in tenders]
    return RefundSettlement(
        other + cash + exchange_credit, _split_alternative(tenders, amounts, money)
    )


def _add_vouchers(
    rest: Decimal,
    tenders: Sequence[RefundTender],
    by_voucher: Mapping[str, Decimal],
    *,
    money: RefundableMoney,
    rule: CashRule,
) -> list[RefundTender]:
    """Return all tenders: the vouchers first, then those named, or else as paid."""
    named = {t.kind: t for t in tenders if t.kind in money.vouchers}
    others = [tender for tender in tenders if tender.kind not in money.vouchers]
    for kind, tender in named.items():
        amount = by_voucher.get(kind, ZERO)
        if tender.amount is not None and tender.amount != amount:
            raise RefundTendersDifferError(due=rule.format(rest))
        if not amount and not tender.is_as_paid:
            raise VoucherRefundError
    vouchers = [
        RefundTender(
            kind,
            amount,
            # All that it paid goes back, and so does the voucher itself.
            (named[kind].reference if kind in named else "")
            or (money.numbers.get(kind, "") if amount == money.of(kind) else ""),
        )
        for kind, amount in by_voucher.items()
    ]
    rest -= _sum(vouchers)
    if not others or others[0].is_as_paid:
        others = _pay_as_paid(rest, money, tenders)
    elif vouchers and rest <= 0:
        raise VoucherRefundError
    return [*vouchers, *others]


def _kept_by_vouchers(
    tenders: Sequence[RefundTender], money: RefundableMoney
) -> Decimal:
    """Return what vouchers have paid that does not go back now: no cash is of it."""
    back = _sum(tender for tender in tenders if tender.kind in money.vouchers)
    return sum(map(money.of, money.vouchers), ZERO) - back


def _sum(tenders: Iterable[RefundTender]) -> Decimal:
    return sum((tender.amount or ZERO for tender in tenders), ZERO)


def _pay_as_paid(
    rest: Decimal, money: RefundableMoney, tenders: Sequence[RefundTender]
) -> list[RefundTender]:
    """Pay back in the kinds it was paid, cash last; what was exchanged goes in cash.

    ``tenders`` say no more than which reference a way has, and if cash is rounded.
    """
    references = {tender.kind: tender.reference for tender in tenders}
    as_paid = []
    for kind in money.by_kind:
        amount = min(money.of(kind), rest)
        if kind not in {CASH, EXCHANGE, *money.vouchers} and amount > 0:
            as_paid.append(RefundTender(kind, amount, references.get(kind, "")))
            rest -= amount
    if rest > 0:
        skip_rounding = any(tender.skip_rounding for tender in tenders)
        as_paid.append(
            RefundTender(CASH, None, references.get(CASH, ""), skip_rounding)
        )
    return as_paid


def _validate(tenders: Sequence[RefundTender], rule: CashRule) -> None:
    for tender in tenders:
        amount = tender.amount
        if amount is not None and not (
            is_money(amount, places=rule.places) and amount > 0
        ):
            raise InvalidAmountError(amount=amount)
    if sum(tender.amount is None for tender in tenders) > 1:
        raise InvalidAmountError(amount="")


def _round_cash(
    amount: Decimal,
    *,
    money: RefundableMoney,
    most: Decimal,
    is_last: bool,
    rule: CashRule | None,
) -> Decimal:
    """Return what is paid in cash for this amount, in coins that there are.

    All that was paid in cash goes back as it was by the last refund; a part of it
    is rounded like any cash. Rounding never refunds more than the shop has. Without
    a rule nothing is rounded.
    """
    if amount <= 0 or rule is None:
        return max(amount, ZERO)
    paid_so = money.of(CASH) if is_last and amount >= money.of(CASH) else ZERO
    cash = paid_so + rule.due(amount - paid_so)
    if amount <= money.of(CASH):
        most = min(most, money.of(CASH))
    if cash > most:
        cash = round_cash(most, step=rule.step, rounding=CashRounding.DOWN)
    return cash


def _split_alternative(
    tenders: Sequence[RefundTender], amounts: Sequence[Decimal], money: RefundableMoney
) -> tuple[SettledTender, ...]:
    """Split what goes back as it was paid from what goes another way."""
    left = {tender.kind: money.of(tender.kind) for tender in tenders}
    settled = []
    for tender, amount in zip(tenders, amounts, strict=True):
        as_paid = min(amount, left[tender.kind])
        left[tender.kind] -= as_paid
        for part, is_alternative_method in ((as_paid, False), (amount - as_paid, True)):
            if part:
                settled.append(
                    SettledTender(
                        tender.kind, part, tender.reference, is_alternative_method
                    )
                )
    return tuple(settled)
