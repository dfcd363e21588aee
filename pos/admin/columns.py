"""Columns: how amounts and quantities are shown in lists and pages.

Names of columns end in ``_amount`` or ``_quantity``: the style sheet sets those
to the right.
"""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _

from pos.models import Company
from pos.templatetags import pos_format

NOTHING = "\N{EN DASH}"


def amount(value: Decimal | None, company: Company) -> str:
    """Format an amount without the currency's sign, for a column."""
    return pos_format.amount(value, company) or NOTHING


def total(value: Decimal | None, company: Company) -> str:
    """Format an amount with the currency's sign, for totals."""
    return pos_format.money(value, company) or NOTHING


def quantity(value: Decimal, unit: str = "") -> str:
    """Format a quantity without extra zeros, with its unit if not the piece."""
    figure = pos_format.quantity(value).replace("-", pos_format.MINUS)
    return f"{figure} {unit}" if unit else figure


def on_hand(value: Decimal, *, is_low: bool) -> str:
    """Format how many there are, and mark a low number."""
    figure = quantity(value)
    if value <= 0:
        return format_html(
            '<span class="stock-low">{}, {}</span>', figure, _("sold out")
        )
    if is_low:
        return format_html('<span class="stock-low">{}, {}</span>', figure, _("low"))
    return figure


def fingerprint(digest: str) -> str:
    """Format a hash in short groups, in digits of one width."""
    groups = (digest[at : at + 4] for at in range(0, len(digest), 4))
    return format_html("<code>{}</code>", " ".join(groups))
