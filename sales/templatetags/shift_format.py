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
    """A kind of tender as it begins a line: ``PayNow``."""
    label = str(TenderKind(kind).label)
    return label[:1].upper() + label[1:]


@register.filter
def current_kind(tender: Tender) -> str:
    """What a tender counts as now, and why: ``PayNow (corrected)``."""
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
    """What stands on a note or coin, from its name in a count."""
    return face_text(Decimal(face), company)


@register.filter
def seal(digest: str) -> str:
    """The beginning of a hash as a person compares it: ``7c1e 90b4 52d8 e3f1``."""
    return " ".join(digest[i : i + 4] for i in range(0, 16, 4))


@register.filter
def negated(value: Decimal) -> Decimal:
    return -value
