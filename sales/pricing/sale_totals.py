"""Sale totals: a basket's amounts, brought up to date with its lines."""

from collections.abc import Sequence

from pos.models import Company
from sales.models import Sale, SaleLine
from sales.pricing.totals import (
    Charge,
    Discount,
    Points,
    PricedLine,
    RateTotals,
    SaleTotals,
    price_sale,
    sum_by_rate,
)

# How a discount on a line or on the sale was given.
DISCOUNT = ("discount_rate", "discount_amount", "discount_reason")
# What pricing works out for each line, by the line's own names.
PRICED = {
    "list_amount": "list_amount",
    "line_discount": "line_discount",
    "sale_discount": "sale_discount",
    "points_discount": "points_discount",
    "total": "total",
    "net_total": "net",
    "deposit": "deposit",
}
# What it works out for the sale, by the columns to save.
SALE_PRICED = (
    "line_count",
    "total",
    "net_total",
    "deposits",
    "points_redeemed",
    "points_value",
)


def apply_totals(
    sale: Sale, lines: Sequence[SaleLine], *, company: Company
) -> list[SaleLine]:
    """Price the sale and set the amounts on it and its lines, unsaved.

    ``lines`` are those that were not removed, in order. Points that the basket no
    longer has room for are not redeemed. Returns the lines whose amounts changed.
    """
    totals = price_lines(sale, lines, company=company)
    changed = []
    for line, priced in zip(lines, totals.lines, strict=True):
        amounts = {name: getattr(priced, own) for name, own in PRICED.items()}
        if any(getattr(line, name) != amount for name, amount in amounts.items()):
            for name, amount in amounts.items():
                setattr(line, name, amount)
            changed.append(line)
    sale.total, sale.net_total = totals.total, totals.net
    sale.deposits = totals.deposits
    sale.points_redeemed = totals.points
    sale.points_value = totals.points * sale.point_value
    sale.line_count = len(lines)
    return changed


def price_lines(
    sale: Sale, lines: Sequence[SaleLine], *, company: Company
) -> SaleTotals:
    """Price the sale with its discounts and points; nothing is set."""
    return price_sale(
        [charge_of(line) for line in lines],
        prices_include_tax=sale.prices_include_tax,
        tax_rounding=sale.tax_rounding,
        places=company.currency_places,
        discount=Discount(sale.discount_rate, sale.discount_amount),
        points=Points(sale.points_redeemed, sale.point_value),
    )


def charge_of(line: SaleLine) -> Charge:
    return Charge(
        line.unit_price,
        line.quantity,
        line.tax_code,
        line.tax_rate,
        Discount(line.discount_rate, line.discount_amount),
        stated_tax=line.total - line.net_total if line.has_stated_tax else None,
        unit_deposit=line.unit_deposit,
    )


def sum_lines_by_rate(lines: Sequence[SaleLine]) -> tuple[RateTotals, ...]:
    """Return the lines' amounts by tax code and rate, as a receipt prints them."""
    return sum_by_rate(
        [charge_of(line) for line in lines],
        [PricedLine(line.total, line.net_total) for line in lines],
    )
