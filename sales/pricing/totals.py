"""Totals: of lines and sale, with discounts and tax by rate; pure.

Discounts come in one order: on each line its percent, then its amount; on the
sale its percent, then its amount, and last the points redeemed, which are a price
reduction too. None takes more than is left. What is taken off the sale is allocated
to the lines by largest remainder, so that tax is reduced by each line's share,
and in an order of their own, so that it does not matter how they were scanned.

Two bases are permitted by IRAS ("Invoicing Customers"), used consistently: tax
rounded on each line, or on each rate of the receipt. On the second, the cents
are allocated back to the lines by largest remainder, so that lines, receipt and tax
return add up either way. Nothing is rounded twice.

Deposits on containers are no consideration for a supply (IRAS, "GST and BCRS Deposit"):
nothing is taken off them, no tax is on them, and they are in no total.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from customers.points.arithmetic import usable_points
from pos.core.money import ZERO, TaxRounding, allocate, round_money, tax_in, tax_on


class RateTax(Protocol):
    """Tax inside an amount, or on top of it."""

    def __call__(
        self, amount: Decimal, /, *, tax_rate: Decimal, places: int
    ) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Discount:
    """A percent off, and after it an amount. ``rate`` is a fraction up to 1."""

    rate: Decimal = ZERO
    amount: Decimal = ZERO

    def off(self, amount: Decimal, *, places: int) -> Decimal:
        """Return what is taken off the amount: never more than all of it."""
        if not self.rate and not self.amount:
            return ZERO
        percent = round_money(amount * self.rate, places=places)
        return percent + min(self.amount, amount - percent)


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line costs: ``total`` with tax, ``net`` without.

    ``list_amount`` is before the three discounts. They are in the same terms:
    with tax where prices include it. ``deposit`` is beside all of them.
    """

    total: Decimal
    net: Decimal
    list_amount: Decimal = ZERO
    line_discount: Decimal = ZERO
    sale_discount: Decimal = ZERO
    points_discount: Decimal = ZERO
    deposit: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


@dataclass(frozen=True, slots=True)
class Charge:
    """Price, quantity, tax rate and discount of one line, before tax is worked out.

    ``tax_rate`` is a fraction; ``unit_price`` is with or without tax, as the
    sale's prices are. ``stated_tax`` is the tax of a past sale as its file says,
    which is kept and takes no part in the rounding of its rate. ``unit_deposit`` is
    the deposit on the containers of one piece.
    """

    unit_price: Decimal
    quantity: Decimal
    tax_code: str
    tax_rate: Decimal
    discount: Discount = NO_DISCOUNT
    stated_tax: Decimal | None = None
    unit_deposit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class RateTotals:
    """The lines of one tax code and rate, added up."""

    tax_code: str
    tax_rate: Decimal
    total: Decimal
    net: Decimal

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


@dataclass(frozen=True, slots=True)
class SaleTotals:
    """``points`` are those that were used, of those that were offered.

    ``deposits`` are paid beside the total, and are in none of the other amounts.
    """

    total: Decimal
    net: Decimal
    lines: tuple[PricedLine, ...]
    rates: tuple[RateTotals, ...]
    points: int = 0
    deposits: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


@dataclass(frozen=True, slots=True)
class Points:
    """Points offered, and what each takes off the price."""

    count: int = 0
    value: Decimal = ZERO

    def usable(self, amount: Decimal) -> int:
        """Return how many of them the amount can take."""
        return usable_points(balance=self.count, value=self.value, least=0, room=amount)


NO_POINTS = Points()


def price_sale(
    charges: Sequence[Charge],
    *,
    prices_include_tax: bool,
    tax_rounding: str,
    places: int,
    discount: Discount = NO_DISCOUNT,
    points: Points = NO_POINTS,
) -> SaleTotals:
    """Price a sale from scratch: lines in the order given, rates sorted.

    ``total`` and ``net`` are the sums of the lines, and of the rates. ``discount``
    and ``points`` are the sale's own.
    """
    listed = [
        round_money(charge.unit_price * charge.quantity, places=places)
        for charge in charges
    ]
    off_lines = [
        charge.discount.off(amount, places=places)
        for charge, amount in zip(charges, listed, strict=True)
    ]
    left = [amount - off for amount, off in zip(listed, off_lines, strict=True)]
    off_sale = _allocate(
        discount.off(sum(left, ZERO), places=places), charges, left, places
    )
    left = [amount - off for amount, off in zip(left, off_sale, strict=True)]
    used = points.usable(sum(left, ZERO))
    off_points = _allocate(used * points.value, charges, left, places)
    amounts = [amount - off for amount, off in zip(left, off_points, strict=True)]
    taxes = _calculate_taxes(
        charges, amounts, tax_in if prices_include_tax else tax_on, tax_rounding, places
    )
    lines = tuple(
        PricedLine(
            total=amount if prices_include_tax else amount + tax,
            net=amount - tax if prices_include_tax else amount,
            list_amount=listed[i],
            line_discount=off_lines[i],
            sale_discount=off_sale[i],
            points_discount=off_points[i],
            deposit=charges[i].unit_deposit * charges[i].quantity,
        )
        for i, (amount, tax) in enumerate(zip(amounts, taxes, strict=True))
    )
    return SaleTotals(
        total=sum((line.total for line in lines), ZERO),
        net=sum((line.net for line in lines), ZERO),
        lines=lines,
        rates=sum_by_rate(charges, lines),
        points=used,
        deposits=sum((line.deposit for line in lines), ZERO),
    )


def sum_by_rate(
    charges: Sequence[Charge], lines: Iterable[PricedLine]
) -> tuple[RateTotals, ...]:
    """Add the lines up by tax code and rate, in that order."""
    priced = list(lines)
    return tuple(
        RateTotals(
            code,
            rate,
            total=sum((priced[i].total for i in members), ZERO),
            net=sum((priced[i].net for i in members), ZERO),
        )
        for (code, rate), members in sorted(_group_by_rate(charges).items())
    )


def _allocate(
    off: Decimal, charges: Sequence[Charge], amounts: Sequence[Decimal], places: int
) -> list[Decimal]:
    """Return the lines' shares of what is taken off the sale.

    Ties go to the larger amount, then to the tax code first in the alphabet, and
    between lines that are alike to the one above.
    """
    shares = [ZERO] * len(amounts)
    if not off:
        return shares
    order = sorted(
        range(len(amounts)),
        key=lambda i: (-amounts[i], charges[i].tax_code, charges[i].tax_rate, i),
    )
    allocated = allocate(off, [amounts[i] for i in order], places=places)
    for i, share in zip(order, allocated, strict=True):
        shares[i] = share
    return shares


def _calculate_taxes(
    charges: Sequence[Charge],
    amounts: Sequence[Decimal],
    rate_tax: RateTax,
    tax_rounding: str,
    places: int,
) -> list[Decimal]:
    """Return the tax of each line, on the basis of the sale."""
    taxes = [charge.stated_tax or ZERO for charge in charges]
    for (_, rate), of_rate in _group_by_rate(charges).items():
        members = [i for i in of_rate if charges[i].stated_tax is None]
        if tax_rounding == TaxRounding.LINE:
            for i in members:
                taxes[i] = rate_tax(amounts[i], tax_rate=rate, places=places)
        else:
            group = [amounts[i] for i in members]
            tax = rate_tax(sum(group, ZERO), tax_rate=rate, places=places)
            for i, share in zip(
                members, allocate(tax, group, places=places), strict=True
            ):
                taxes[i] = share
    return taxes


def _group_by_rate(charges: Sequence[Charge]) -> dict[tuple[str, Decimal], list[int]]:
    groups: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
    for i, charge in enumerate(charges):
        groups[charge.tax_code, charge.tax_rate].append(i)
    return groups
