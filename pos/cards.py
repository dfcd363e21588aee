"""Recognizing card numbers, so that none is ever stored; pure."""

import re

# 13 to 19 digits, perhaps in groups: ISO/IEC 7812.
_CANDIDATE = re.compile(r"(?<!\d)[2-6](?:[ -]?\d){12,18}(?!\d)")


def holds_card_number(text: str) -> bool:
    """Whether the text holds digits that pass as a payment card's number."""
    return any(_passes_luhn(found.group()) for found in _CANDIDATE.finditer(text))


def _passes_luhn(text: str) -> bool:
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
