"""Card numbers: recognized and refused, so that none is ever stored; pure."""

import re

from pos.core.errors import CardNumberError

# Digits, perhaps in groups. A card number has 13 to 19 of them: ISO/IEC 7812.
_RUN = re.compile(r"[0-9]+(?:[ -][0-9]+)*")


def holds_card_number(text: str) -> bool:
    """Whether the text has digits that look like a payment card's number.

    Every sequence of whole groups is checked: "REF 12 4111 1111 1111 1111" has one.
    """
    return any(_holds_card(re.split("[ -]", run)) for run in _RUN.findall(text))


def refuse_card_number(text: str) -> str:
    """Return the text, or raise CardNumberError when it holds a card number."""
    if holds_card_number(text):
        raise CardNumberError
    return text


def _holds_card(groups: list[str]) -> bool:
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > 19:
                break
            if len(digits) >= 13 and digits[0] in "23456" and _passes_luhn(digits):
                return True
    return False


def _passes_luhn(text: str) -> bool:
    digits = [int(c) for c in reversed(text)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
