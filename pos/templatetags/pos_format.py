"""Template filters: how amounts, quantities, phones and times are written."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pos.catalogue.codes import TEXT_MAX
from pos.core.localized_names import Named, name_in_language
from pos.core.money import MINUS, format_money, format_plain
from pos.core.reasons import REASON_MAX
from pos.models import Category, Company, Outlet

register = template.Library()

BULLETS = "\N{BULLET}" * 4
UNIT_AFTER_FIGURE = re.compile(r"(?<=\d) (?=[a-zA-Z]{1,2}\b)")
# Longer amounts are set smaller, so that they stay inside their box. S$999.99 is short,
# S$99,999.99 is long; core/money.js has the same numbers.
LONG = 9
LONGER = 11


@register.filter
def amount(value: Decimal | None, company: Company) -> str:
    """An amount in the company's minor unit, bare: ``1,234.50``."""
    return "" if value is None else format_money(value, places=company.currency_places)


@register.filter
def money(value: Decimal | None, company: Company) -> str:
    """An amount with the company's currency sign: ``S$1,234.50``."""
    if value is None:
        return ""
    text = f"{company.currency_symbol}{amount(abs(value), company)}"
    return f"{MINUS}{text}" if value < 0 else text


@register.filter
def taken_off(value: Decimal, company: Company) -> str:
    """What a discount takes off: ``−0.70``; ``+0.70`` where it is a refund's."""
    return signed(-value, company)


@register.filter
def signed(value: Decimal, company: Company) -> str:
    """An amount that is added to a sum, or taken from it: ``+0.02``, ``−0.03``."""
    text = amount(value, company)
    return f"+{text}" if value > 0 else text


@register.filter
def round_sum(value: Decimal, company: Company) -> str:
    """An amount with its sign, without zeros after the point: ``S$50``."""
    if value != int(value):
        return money(value, company)
    return f"{company.currency_symbol}{value:,.0f}"


@register.filter
def denomination_label(value: Decimal, company: Company) -> str:
    """What a note or coin says: ``S$10``, ``20¢``."""
    if value < 1 and company.currency == "SGD":
        return f"{value * 100:.0f}¢"
    return round_sum(value, company)


@register.filter
def plain(value: Decimal, company: Company) -> str:
    """An amount as a program reads it: ``1234.50``."""
    return f"{value:.{company.currency_places}f}"


@register.filter
def length_class(value: Decimal, company: Company) -> str:
    """The class by which the styles know a long amount; empty for a short one."""
    size = len(money(value, company))
    if size > LONGER:
        return "longer"
    return "long" if size > LONG else ""


@register.filter
def quantity(value: Decimal | int) -> str:
    """A quantity without zeros at its end: ``3``, ``0.842``."""
    return format_plain(Decimal(value)).replace("-", MINUS)


@register.filter
def short_quantity(value: Decimal) -> str:
    """A quantity that fits a narrow column: two places at most."""
    text = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    return text.replace("-", MINUS)


@register.filter
def nonbreaking_units(name: str) -> str:
    """A name whose numbers stay on one line with their unit: ``400 g``."""
    return UNIT_AFTER_FIGURE.sub("\N{NO-BREAK SPACE}", name)


@register.filter
def nonbreaking_number(number: object) -> SafeString:
    """The number of a document on paper, never broken at its hyphens."""
    return format_html('<span class="nonbreaking">{}</span>', number)


@register.filter
def own_name(thing: Named) -> str:
    """The name of a product, line or category for the person who reads the page."""
    return name_in_language(thing.name, thing.second_name)


@register.filter
def grouped_code(code: str) -> str:
    """A barcode as people read it out: ``8 888 123 450 127``."""
    if code.isdigit() and len(code) == 13:
        return f"{code[0]} {code[1:4]} {code[4:7]} {code[7:10]} {code[10:]}"
    return code


@register.filter
def percent(rate: Decimal) -> str:
    """A fraction as a percentage: ``9%``."""
    return f"{bare_percent(rate)}%"


@register.filter
def bare_percent(rate: Decimal) -> str:
    """A fraction as the percentage that is typed for it: ``12.5``."""
    return format_plain(rate * 100)


@register.filter
def masked_phone(phone: object) -> str:
    """Only the last four digits, so that a screen shows no whole number."""
    digits = str(phone)[-4:]
    return f"{BULLETS} {digits}" if digits else ""


@register.filter
def moment(at: datetime | None, outlet: Outlet) -> str:
    """Date and time on the outlet's clock: ``23 Nov 2026 14:33``."""
    return _at(at, outlet, pgettext("date and time format", "j M Y H:i"))


@register.filter
def clock(at: datetime | None, outlet: Outlet) -> str:
    """The time on the outlet's clock: ``14:33``."""
    return _at(at, outlet, "H:i")


@register.filter
def age(since: datetime, now: datetime) -> str:
    """How long ago, in minutes or more: ``just now``, ``2 hours, 5 minutes``."""
    if now - since < timedelta(minutes=1):
        return _("just now")
    return timesince(since, now)


@register.filter
def day(value: date | None) -> str:
    return date_format(value, pgettext("date format", "j M Y")) if value else ""


def _at(at: datetime | None, outlet: Outlet, pattern: str) -> str:
    if at is None:
        return ""
    zone: ZoneInfo = outlet.zone
    return date_format(at.astimezone(zone), pattern)


@register.filter
def initials(name: object) -> str:
    """The first letters of the first two words: ``SP``."""
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.filter
def tint(uid: UUID) -> str:
    """A colour for a person's initials that stays the same."""
    return f"tint-{Category.Tint.values[uid.int % len(Category.Tint.values)]}"


@register.simple_tag
def reason_max() -> int:
    """Return how many characters a reason may have."""
    return REASON_MAX


@register.simple_tag
def scan_max() -> int:
    """Return how many characters of a scanned or typed code are read."""
    return TEXT_MAX


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A picture from the sprite; hidden from screen readers, which read the words."""
    return _icon(name, classes, static("img/icons.svg"))


# A page has dozens, of which most are the same.
@lru_cache(maxsize=512)
def _icon(name: str, classes: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {classes}".strip(),
        sprite,
        name,
    )
