"""Shift text: an X report or a Z report as text for a terminal."""

from collections.abc import Iterator
from decimal import Decimal

from pos.models import Company, Till
from pos.templatetags.pos_format import amount, moment, percent, taken_off
from sales.models import Shift, ZReport
from sales.shifts.figures import ShiftFigures
from sales.templatetags.shift_format import tender_name

# A label and its value; an empty label is an empty line.
Row = tuple[str, str]
GAP: Row = ("", "")
WIDTH = 48


def format_x_report(shift: Shift, till: Till, figures: ShiftFigures) -> str:
    """Return the open shift so far, in the outlet's time and the currency's places."""
    rows = [
        ("X report", f"{till.name}, {till.outlet.name}"),
        ("Cashier", str(shift.cashier)),
        ("Opened", moment(shift.opened_at, till.outlet)),
        *_list_figures(figures, till.company),
    ]
    return _align(rows)


def format_z_report(report: ZReport, till: Till, figures: ShiftFigures) -> str:
    """Return a closed shift, in the outlet's time and the currency's places."""
    shift = report.shift
    rows = [
        ("Z report", report.report_number),
        ("Till", f"{till.name}, {till.outlet.name}"),
        ("Cashier", str(shift.cashier)),
        ("Business date", f"{shift.business_date:%Y-%m-%d}"),
        ("Opened", moment(shift.opened_at, till.outlet)),
        ("Closed", moment(shift.closed_at, till.outlet)),
        *_list_figures(figures, till.company),
    ]
    if shift.variance_reason:
        rows += [GAP, ("Reason for the variance", shift.variance_reason)]
    return f"{_align(rows)}\n\nHash {report.fiscal_document.hash}"


def _list_figures(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    def money(value: Decimal) -> str:
        return amount(value, company)

    with_tax = f" including {company.tax_name}" if figures.is_registered else ""
    yield GAP
    yield "Receipts", _format_run(figures.first_receipt, figures.last_receipt)
    yield "Refunds", _format_run(figures.first_refund, figures.last_refund)
    yield GAP
    yield f"Sales{with_tax}, {figures.counts.sales}", money(figures.gross)
    yield "Discounts", taken_off(figures.discounts, company)
    yield (
        f"Points redeemed, {figures.points_redeemed}",
        taken_off(figures.points_value, company),
    )
    yield f"Refunds, {figures.counts.refunds}", money(figures.refunds)
    yield "Net sales", money(figures.total)
    if figures.deposits_charged or figures.deposits_returned:
        yield "Deposits charged", money(figures.deposits_charged)
        yield "Deposits returned", money(figures.deposits_returned)
    yield "Cash rounding", money(figures.rounding)
    yield "Taken", money(figures.taken)
    yield from _list_taxes(figures, company)
    yield from _list_tenders(figures, company)
    yield from _list_part_payments(figures, company)
    yield from _list_devices(figures, company)
    yield from _list_drawer_cash(figures, company)
    yield GAP
    yield "Points earned", str(figures.points_earned)
    yield "Voided baskets", str(figures.counts.voids)
    yield "No-sale openings", str(figures.counts.no_sales)
    yield "Corrections", str(figures.counts.corrections)
    yield "Refused cash outs", str(figures.counts.refused_cash_outs)
    yield "Grand total", money(figures.grand_total)


def _list_taxes(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    if not figures.is_registered:
        return
    yield GAP
    for tax in figures.taxes:
        rate = percent(tax.tax_rate)
        yield (
            f"{tax.tax_code} {rate}, before {company.tax_name}",
            amount(tax.net, company),
        )
        yield f"{tax.tax_code} {rate}, {company.tax_name}", amount(tax.tax, company)


def _list_tenders(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    yield GAP
    for tender in figures.tenders:
        name = tender_name(tender.kind, company)
        yield f"{name}, {tender.count}", amount(tender.taken, company)
        if tender.refund_count:
            label = f"{name} refunds, {tender.refund_count}"
            yield label, amount(tender.refunds, company)
        if tender.corrected:
            yield f"{name} corrected", amount(tender.corrected, company)


def _list_part_payments(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    """Part payments: money taken for baskets that were not finalized then."""
    if not figures.held:
        return
    yield GAP
    for held in figures.held:
        name = tender_name(held.kind, company)
        yield f"Held for open baskets, {name}", amount(held.taken, company)
        if held.given_back:
            yield f"{name} given back", amount(held.given_back, company)
        if held.used:
            yield f"{name} used in sales", amount(held.used, company)


def _list_devices(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    if not figures.devices:
        return
    yield GAP
    for device in figures.devices:
        refunds = f", refunds {device.refunds}" if device.refunds else ""
        yield f"{device.name}, {device.sales}{refunds}", amount(device.total, company)


def _list_drawer_cash(figures: ShiftFigures, company: Company) -> Iterator[Row]:
    cash = figures.cash
    yield GAP
    if cash.since_last_count:
        yield "Since the last count", amount(cash.since_last_count, company)
    yield "Float", amount(cash.opening_float, company)
    yield "Cash sales less refunds", amount(cash.taken, company)
    yield "Cash in", amount(cash.paid_in, company)
    yield "Cash out", amount(cash.paid_out, company)
    yield "Drops to the safe", amount(cash.dropped, company)
    if figures.held:
        yield "Held for open baskets", amount(cash.held, company)
    yield "Expected in the drawer", amount(cash.expected, company)
    if cash.counted is not None:
        yield "Counted", amount(cash.counted, company)
        yield "Difference", amount(cash.variance, company)


def _format_run(first: str, last: str) -> str:
    if not first:
        return "none"
    return first if first == last else f"{first} to {last}"


def _align(rows: list[Row]) -> str:
    """Align labels to the left and figures to the right."""
    return "\n".join(
        f"{label} {value:>{max(WIDTH - len(label) - 1, 0)}}".rstrip()
        for label, value in rows
    )
