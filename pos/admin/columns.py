"""How amounts and quantities stand in the back office's lists and pages.

Names of columns end in ``_amount`` or ``_quantity``: the style sheet sets those
to the right.
"""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pos.models import Company

MINUS = "\N{MINUS SIGN}"


def amount(value: Decimal | None, company: Company) -> str | None:
    """The bare figure, at the currency's minor unit, as it stands in a column."""
    if value is None:
        return None
    figure = number_format(
        abs(value), decimal_pos=company.currency_places, force_grouping=True
    )
    return f"{MINUS}{figure}" if value < 0 else figure


def total(value: Decimal | None, company: Company) -> str | None:
    """The figure with the currency, as it stands on totals."""
    figure = amount(value, company)
    if figure is None:
        return None
    symbol = company.currency_symbol or f"{company.currency} "
    return (
        f"{MINUS}{symbol}{figure.removeprefix(MINUS)}"
        if figure.startswith(MINUS)
        else f"{symbol}{figure}"
    )


def quantity(value: Decimal | None, unit: str = "") -> str | None:
    """The figure without idle zeros, and its unit where that is not the piece."""
    if value is None:
        return None
    places = max(0, -int(value.normalize().as_tuple().exponent))
    figure = number_format(abs(value), decimal_pos=places, force_grouping=True)
    figure = f"{MINUS}{figure}" if value < 0 else figure
    return f"{figure} {unit}" if unit else figure


def on_hand(value: Decimal | None, *, is_low: bool) -> str | None:
    """How many there are, with a word where that is few."""
    figure = quantity(value)
    if figure is None or value is None:
        return None
    if value <= 0:
        return format_html('<span class="low">{}, {}</span>', figure, _("sold out"))
    if is_low:
        return format_html('<span class="low">{}, {}</span>', figure, _("low"))
    return figure
