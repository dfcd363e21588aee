"""Line and sale totals, and tax by rate; pure.

Two bases are permitted by IRAS ("Invoicing Customers"), used consistently: tax
rounded on each line, or on each rate of the receipt. On the second, the cents
are dealt back to the lines by largest remainder, so that lines, receipt and tax
return add up either way. Nothing is rounded twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.money import ZERO, TaxBasis, deal, round_money, tax_in, tax_on


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line costs: ``total`` with tax, ``net`` without."""

    total: Decimal
    net: Decimal

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


@dataclass(frozen=True, slots=True)
class Charge:
    """What is asked for on one line, before tax is worked out.

    ``tax_rate`` is a fraction; ``unit_price`` is with or without tax, as the
    sale's prices are.
    """

    unit_price: Decimal
    quantity: Decimal
    tax_code: str
    tax_rate: Decimal


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
    total: Decimal
    net: Decimal
    lines: tuple[PricedLine, ...]
    rates: tuple[RateTotals, ...]

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


def price_sale(
    charges: Sequence[Charge], *, prices_include_tax: bool, tax_basis: str, places: int
) -> SaleTotals:
    """Price a sale from scratch: lines in the order given, rates sorted.

    ``total`` and ``net`` are the sums of the lines, and of the rates.
    """
    amounts = [
        round_money(charge.unit_price * charge.quantity, places=places)
        for charge in charges
    ]
    rate_tax = tax_in if prices_include_tax else tax_on
    taxes = [ZERO] * len(charges)
    for (_, rate), members in _by_rate(charges).items():
        if tax_basis == TaxBasis.LINE:
            for i in members:
                taxes[i] = rate_tax(amounts[i], tax_rate=rate, places=places)
        else:
            group = [amounts[i] for i in members]
            tax = rate_tax(sum(group, ZERO), tax_rate=rate, places=places)
            for i, share in zip(members, deal(tax, group, places=places), strict=True):
                taxes[i] = share
    lines = tuple(
        PricedLine(amount, amount - tax)
        if prices_include_tax
        else PricedLine(amount + tax, amount)
        for amount, tax in zip(amounts, taxes, strict=True)
    )
    return SaleTotals(
        total=sum((line.total for line in lines), ZERO),
        net=sum((line.net for line in lines), ZERO),
        lines=lines,
        rates=rate_totals(charges, lines),
    )


def rate_totals(
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
        for (code, rate), members in sorted(_by_rate(charges).items())
    )


def _by_rate(charges: Sequence[Charge]) -> dict[tuple[str, Decimal], list[int]]:
    groups: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
    for i, charge in enumerate(charges):
        groups[charge.tax_code, charge.tax_rate].append(i)
    return groups
