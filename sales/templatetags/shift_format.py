"""Shift format: how pages and paper show the figures of a shift."""

from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from pos.models import Company, TenderKind
from pos.models.voucher import name_kind, title_kind
from pos.templatetags.pos_format import denomination_label, money
from sales.models import Tender
from sales.refunds.handover import Handed
from sales.shifts.figures import ShiftFigures

register = template.Library()

ICONS = {"cash": "cash", "card": "card", "nets": "card", "paynow": "qr"}


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One row of the payment methods.

    A correction has no ``count``; an ``amount`` that would reveal the cash is None.
    """

    kind: str
    name: str
    count: int | None
    amount: Decimal | None
    is_taken: bool = False


@register.simple_tag
def tender_rows(
    figures: ShiftFigures,
    shows_expected: bool,  # noqa: FBT001  a tag is called so
    company: Company,
) -> list[TenderRow]:
    """Return the rows of the payment methods, the same on every screen and paper.

    What was taken, paid back and corrected has a row each. Without ``shows_expected``
    cash has only its first one, without the amount.
    """
    rows = []
    for tender in figures.tenders:
        kind, name = tender.kind, tender_name(tender.kind, company)
        is_hidden = kind == TenderKind.CASH and not shows_expected
        taken = None if is_hidden else tender.taken
        rows.append(TenderRow(kind, name, tender.count, taken, is_taken=True))
        if tender.refund_count and not is_hidden:
            of_kind = _("Refunds %(kind)s") % {"kind": name}
            rows.append(TenderRow(kind, of_kind, tender.refund_count, tender.refunds))
        if tender.corrected and not is_hidden:
            of_kind = _("Corrected %(kind)s") % {"kind": name}
            rows.append(TenderRow(kind, of_kind, None, tender.corrected))
    return rows


@register.filter
def tender_name(kind: str, company: Company) -> str:
    """Return a kind of tender as the first word of a line: ``PayNow``."""
    return title_kind(kind, company)


@register.filter
def handed_name(handed: Handed, company: Company) -> str:
    """Return what changes hands: ``cash``, ``CDC voucher A1 (worth S$10.00)``."""
    name = name_kind(handed.kind, company)
    if handed.number:
        name = f"{name} {handed.number}"
    if handed.number and handed.worth is not None:
        worth = money(handed.worth, company)
        return _("%(voucher)s (worth %(sum)s)") % {"voucher": name, "sum": worth}
    return name


@register.filter
def current_kind(tender: Tender, company: Company) -> str:
    """Return what a tender counts as now, and why: ``PayNow (corrected)``."""
    name = tender_name(tender.counts_as, company)
    if tender.is_corrected:
        return _("%(tender)s (corrected)") % {"tender": name}
    if tender.needs_confirmation:
        return _("%(tender)s (to be confirmed)") % {"tender": name}
    return name


@register.filter
def tender_icon(kind: str) -> str:
    """Return the icon of a kind of tender; a company's own is a voucher."""
    return ICONS.get(kind, "gift")


@register.filter
def piece(face: str, company: Company) -> str:
    """Return the face of a note or coin, from its name in a count."""
    return denomination_label(Decimal(face), company)


@register.filter
def negated(value: Decimal) -> Decimal:
    return -value
