"""Shift format: how pages and paper show the figures of a shift."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from pos.models import Company, TenderKind
from pos.templatetags.pos_format import face as face_text
from sales.models import Tender

register = template.Library()

ICONS = {"cash": "cash", "card": "card", "nets": "card", "paynow": "qr"}


@register.filter
def tender_name(kind: str) -> str:
    """Return a kind of tender as the first word of a line: ``PayNow``."""
    label = str(TenderKind(kind).label)
    return label[:1].upper() + label[1:]


@register.filter
def current_kind(tender: Tender) -> str:
    """Return what a tender counts as now, and why: ``PayNow (corrected)``."""
    name = tender_name(tender.counts_as)
    if tender.is_corrected:
        return _("%(tender)s (corrected)") % {"tender": name}
    if tender.needs_confirmation:
        return _("%(tender)s (to be confirmed)") % {"tender": name}
    return name


@register.filter
def tender_icon(kind: str) -> str:
    return ICONS.get(kind, "tag")


@register.filter
def piece(face: str, company: Company) -> str:
    """Return the face of a note or coin, from its name in a count."""
    return face_text(Decimal(face), company)


@register.filter
def negated(value: Decimal) -> Decimal:
    return -value
