"""Every check: all checks of the books, by their ids."""

from sales.books import (
    approvals,
    audit,
    baskets,
    cash,
    catalogue,
    chain,
    companies,
    discounts,
    documents,
    guards,
    history,
    numbers,
    part_payments,
    points,
    refunds,
    shifts,
    stock,
    tenders,
    text,
    times,
    totals,
    z_figures,
    z_reports,
)
from sales.books.check import Check

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            *audit.CHECKS,
            *approvals.CHECKS,
            *baskets.CHECKS,
            *cash.CHECKS,
            *catalogue.CHECKS,
            *chain.CHECKS,
            *companies.CHECKS,
            *discounts.CHECKS,
            *documents.CHECKS,
            *guards.CHECKS,
            *history.CHECKS,
            *numbers.CHECKS,
            *part_payments.CHECKS,
            *points.CHECKS,
            *refunds.CHECKS,
            *shifts.CHECKS,
            *stock.CHECKS,
            *tenders.CHECKS,
            *text.CHECKS,
            *times.CHECKS,
            *totals.CHECKS,
            *z_figures.CHECKS,
            *z_reports.CHECKS,
        ),
        key=lambda check: check.id,
    )
)
