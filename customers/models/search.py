"""Search: what staff type to find a customer, as a condition; pure.

Every comparison is one that the trigram index can answer: of a column, without
capitals and accents, with a pattern. ``%`` and ``_`` are ordinary characters.
"""

import unicodedata

from django.conf import settings
from django.db.models import Q
from phonenumbers import country_code_for_region

from pos.core.text import fold_text

# A trigram index cannot find fewer letters inside a word.
SHORT = 3

PHONE_MIN = 4
NAME_MIN = 2
WHOLE_PHONE = 8


def build_search_condition(text: str) -> Q:
    """Customers who have every word of the text, or the text as a phone number."""
    found = Q()
    for word in fold_text(text).split():
        found &= _has_word(word)
    return found | _has_phone(text)


def is_searchable(text: str) -> bool:
    """Whether the text is long enough to search for."""
    digits = _phone_digits(text)
    return len(digits) >= PHONE_MIN if digits else len(text.strip()) >= NAME_MIN


def initial_details(text: str) -> dict[str, str]:
    """Return the text that found no customer as first details of a new one."""
    return {"phone" if _phone_digits(text) else "name": text.strip()}


def _has_word(word: str) -> Q:
    """Match name, code or e-mail; a very short word matches only where one begins."""
    begins = " " if len(word) < SHORT and word.isascii() else ""
    return Q(search_text__contains=f"{begins}{word}")


def _has_phone(text: str) -> Q:
    """Match the number with or without its country, its beginning or last digits."""
    digits = _phone_digits(text)
    if len(digits) < PHONE_MIN:
        return Q()
    if text.strip().startswith(("+", "\N{FULLWIDTH PLUS SIGN}")):
        return Q(phone__istartswith=f"+{digits}")
    if len(digits) >= WHOLE_PHONE:
        return Q(phone__icontains=digits)
    here = country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
    return Q(phone__iendswith=digits) | Q(phone__istartswith=f"+{here}{digits}")


def _phone_digits(text: str) -> str:
    """Return the digits of what looks like a phone number, else nothing."""
    text = unicodedata.normalize("NFKC", text)
    if set(text) - set("0123456789+-() "):
        return ""
    return "".join(c for c in text if c.isdigit())
