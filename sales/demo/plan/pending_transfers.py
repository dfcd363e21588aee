"""Pending transfers: plans PayNow tenders that the bank shows only later."""

from dataclasses import replace
from datetime import timedelta

from sales.demo.plan.facts import PlannedConfirmation, PlannedShift

LATER = timedelta(minutes=25)


def leave_last_transfer_pending(shift: PlannedShift, *, is_seen: bool) -> None:
    """Make the last transfer pending; ``is_seen`` plans its confirmation."""
    places = [
        place
        for place, sale in enumerate(shift.sales)
        if sale.way_to_pay == "paynow" and not sale.redeems_points
    ]
    if not places:
        return
    sale = replace(shift.sales[places[-1]], is_pending=True)
    shift.sales[places[-1]] = sale
    if is_seen:
        seen_at = min(sale.at + LATER, shift.closes_at)
        reference = f"FT{sale.at:%y%m%d}{sale.reference}"
        shift.other_acts.append(PlannedConfirmation(sale.key, seen_at, reference))
