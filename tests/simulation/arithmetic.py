"""Arithmetic: the totals of a sale, worked out a second time; pure.

Amounts are whole minor units, quantities thousandths, rates fractions. Nothing
of the product's own arithmetic is used here, or both could have the same fault.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import NamedTuple

HALF = Fraction(1, 2)


VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class Rules:
    """A company's settings for amounts."""

    places: int
    includes_tax: bool
    taxes_each_line: bool
    step: int
    rounding: str
    tax: dict[str, Fraction]
    amount_per_point: int
    point_value: int
    redeem_min: int
    may_go_negative: bool
    accepted: tuple[str, ...]
    # Whether vouchers pay for deposits.
    vouchers_pay_deposits: bool
    variance_max: int
    change_limit: int
    typed_max: int

    @property
    def coin(self) -> int:
        """The smallest coin: one, where cash is not rounded."""
        return self.step if self.step and self.rounding != "none" else 1


@dataclass(slots=True)
class Discount:
    """A discount as it was given: a fraction, then an amount."""

    rate: Fraction = Fraction(0)
    amount: int = 0

    def of(self, amount: int) -> int:
        percent = half_up(amount * self.rate)
        return percent + min(self.amount, amount - percent)


@dataclass(slots=True)
class Priced:
    """The amounts of a line, with each discount."""

    price: int
    quantity: int
    tax_code: str
    off: Discount = field(default_factory=Discount)
    listed: int = 0
    line_off: int = 0
    sale_off: int = 0
    points_off: int = 0
    total: int = 0
    net: int = 0


def half_up(number: Fraction | int) -> int:
    """The nearest whole number; halves are rounded away from zero."""
    whole = floor(abs(Fraction(number)) + HALF)
    return whole if number >= 0 else -whole


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """Split the amount by the weights: whole parts, then one more by remainder."""
    whole = sum(weights)
    if not whole:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    order = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def left_to_pay(lines: Sequence[Priced], off: Discount) -> int:
    """Set each line's amount after every discount but points; return the sum."""
    for line in lines:
        line.listed = half_up(Fraction(line.price * line.quantity, 1000))
        line.line_off = line.off.of(line.listed)
    left = [line.listed - line.line_off for line in lines]
    parts = _spread(off.of(sum(left)), lines, left)
    for line, part in zip(lines, parts, strict=True):
        line.sale_off = part
    return sum(left) - sum(parts)


def price(lines: Sequence[Priced], off: Discount, points: int, rules: Rules) -> int:
    """Price the lines of one sale in place; return how many points found room."""
    rest = left_to_pay(lines, off)
    used = min(points, rest // rules.point_value) if rules.point_value else 0
    left = [line.listed - line.line_off - line.sale_off for line in lines]
    parts = _spread(used * rules.point_value, lines, left)
    for line, part in zip(lines, parts, strict=True):
        line.points_off = part
    _tax(lines, rules)
    return used


def _spread(off: int, lines: Sequence[Priced], left: Sequence[int]) -> list[int]:
    """Each line's part of what the sale costs less; the larger line is first."""
    order = sorted(range(len(left)), key=lambda i: (-left[i], lines[i].tax_code, i))
    parts = dict(zip(order, shares(off, [left[i] for i in order]), strict=True))
    return [parts[i] for i in range(len(left))]


def _tax(lines: Sequence[Priced], rules: Rules) -> None:
    for code in {line.tax_code for line in lines}:
        group = [line for line in lines if line.tax_code == code]
        amounts = [
            line.listed - line.line_off - line.sale_off - line.points_off
            for line in group
        ]
        if rules.taxes_each_line:
            taxes = [tax(amount, code, rules) for amount in amounts]
        else:
            taxes = shares(tax(sum(amounts), code, rules), amounts)
        for line, amount, part in zip(group, amounts, taxes, strict=True):
            line.total = amount if rules.includes_tax else amount + part
            line.net = line.total - part


def tax(amount: int, code: str, rules: Rules) -> int:
    """The tax in the amount, or on it, as the company's prices are."""
    rate = rules.tax[code]
    return half_up(amount * rate / (1 + rate) if rules.includes_tax else amount * rate)


def round_cash(amount: int, rules: Rules) -> int:
    """The amount as it can be paid in cash."""
    if rules.rounding == "none" or not rules.step:
        return amount
    steps = Fraction(abs(amount), rules.step)
    whole = floor(steps) if rules.rounding == "down" else floor(steps + HALF)
    return whole * rules.step * (1 if amount >= 0 else -1)


class PlainTenderInput(NamedTuple):
    """One tender as it is handed over."""

    kind: str
    amount: int
    is_pending: bool = False


@dataclass(slots=True)
class Settlement:
    """The settled tenders, or the code in ``refusal``."""

    refusal: str = ""
    rounding: int = 0
    changes: list[int] = field(default_factory=list)


def settle(
    total: int,
    tenders: Sequence[PlainTenderInput],
    kinds: Collection[str],
    rules: Rules,
) -> Settlement:
    """Settle the total with tenders of these kinds."""
    if refusal := _find_refusal(tenders, kinds):
        return Settlement(refusal)
    cash = sum(tender.amount for tender in tenders if tender.kind == "cash")
    left = total - sum(tender.amount for tender in tenders if tender.kind != "cash")
    if left < 0 or (left == 0 and cash > 0):
        return Settlement("tender_too_much")
    if all(tender.kind != "cash" for tender in tenders):
        return (
            Settlement("tender_short")
            if left
            else Settlement("", 0, [0] * len(tenders))
        )
    due = round_cash(left, rules)
    back = cash - due
    if back >= rules.change_limit:
        return Settlement("change_too_much")
    if any(t.amount % rules.coin for t in tenders if t.kind == "cash"):
        return Settlement("not_payable")
    if back < 0:
        return Settlement("tender_short")
    changes: list[int] = []
    for tender in reversed(tenders):
        given = min(back, tender.amount) if tender.kind == "cash" else 0
        changes.insert(0, given)
        back -= given
    return Settlement("", due - left, changes)


def _find_refusal(tenders: Sequence[PlainTenderInput], kinds: Collection[str]) -> str:
    for kind, _, is_pending in tenders:
        if kind not in kinds:
            return "unknown_tender"
        if is_pending and kind == "cash":
            return "cash_pending"
        if is_pending and kind == VOUCHER:
            return "voucher_pending"
    if any(amount < 0 or not (amount or kind == "cash") for kind, amount, _ in tenders):
        return "invalid_amount"
    return ""
