"""All checks, by their ids."""

from sales.invariants import (
    baskets,
    catalogue,
    chain,
    companies,
    numbers,
    points,
    shifts,
    stock,
    tenders,
    text,
    times,
    totals,
)
from sales.invariants.check import Check

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *baskets.CHECKS,
            *catalogue.CHECKS,
            *chain.CHECKS,
            *companies.CHECKS,
            *numbers.CHECKS,
            *points.CHECKS,
            *shifts.CHECKS,
            *stock.CHECKS,
            *tenders.CHECKS,
            *text.CHECKS,
            *times.CHECKS,
            *totals.CHECKS,
        ),
        key=lambda check: check.id,
    )
)
