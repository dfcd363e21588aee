"""Bring a basket's amounts up to date with its lines."""

from collections.abc import Sequence

from pos.models import Company
from pos.money import CashRounding
from sales.models import Sale, SaleLine
from sales.payment import CashRule
from sales.pricing import Charge, PricedLine, RateTotals, price_sale, rate_totals


def apply_totals(
    sale: Sale, lines: Sequence[SaleLine], *, company: Company
) -> list[SaleLine]:
    """Price the sale and set the amounts on it and its lines, unsaved.

    ``lines`` are the standing ones in order. Returns those whose amounts moved.
    """
    totals = price_sale(
        [charge_of(line) for line in lines],
        prices_include_tax=sale.prices_include_tax,
        tax_basis=sale.tax_basis,
        places=company.currency_places,
    )
    moved = []
    for line, priced in zip(lines, totals.lines, strict=True):
        if (line.total, line.net_total) != (priced.total, priced.net):
            line.total, line.net_total = priced.total, priced.net
            moved.append(line)
    sale.total, sale.net_total = totals.total, totals.net
    sale.line_count = len(lines)
    return moved


def charge_of(line: SaleLine) -> Charge:
    return Charge(line.unit_price, line.quantity, line.tax_code, line.tax_rate)


def rates_of(lines: Sequence[SaleLine]) -> tuple[RateTotals, ...]:
    """The lines' amounts by tax code and rate, as a receipt prints them."""
    return rate_totals(
        [charge_of(line) for line in lines],
        [PricedLine(line.total, line.net_total) for line in lines],
    )


def cash_rule(company: Company) -> CashRule:
    return CashRule(
        step=company.cash_rounding_step,
        rounding=CashRounding(company.cash_rounding),
        places=company.currency_places,
    )
