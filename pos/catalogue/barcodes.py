"""Barcodes: what makes two codes the same, and GTIN check digits; pure.

A GTIN is 8, 12, 13 or 14 digits of which the last is a check digit: GS1 General
Specifications, section 7.9. The shorter ones are the longer ones without their zeros.
"""

import re
import unicodedata

from pos.core.text import lower_case

GTIN_LENGTHS = frozenset({8, 12, 13, 14})

_UPC_E = re.compile(r"([01])([0-9]{6})([0-9])", re.ASCII)


def check_digit(payload: str) -> int:
    """Return the GS1 check digit that follows the given digits.

    >>> check_digit("888812345012")
    2
    """
    weighted = (
        int(digit) * (3 if position % 2 == 0 else 1)
        for position, digit in enumerate(reversed(payload))
    )
    return -sum(weighted) % 10


def looks_like_gtin(code: str) -> bool:
    """Whether the code has the shape of a GTIN, right or wrong."""
    return len(code) in GTIN_LENGTHS and code.isascii() and code.isdigit()


def is_gtin(code: str) -> bool:
    """Whether the code is a GTIN with the right check digit."""
    return looks_like_gtin(code) and check_digit(code[:-1]) == int(code[-1])


def code_key(code: str) -> str:
    """Return what equal codes have in common: no capitals, and GTINs as 14 digits.

    The database computes the same (``code_key`` in SQL) for the columns that a
    look-up compares.

    >>> code_key("NB-A5-Red"), code_key("5400000002649")
    ('nb-a5-red', '05400000002649')
    """
    folded = lower_case(compatible_signs(code))
    return folded.zfill(14) if is_gtin(folded) else folded


def compatible_signs(code: str) -> str:
    """Return the code with full-width and other forms of a sign as the sign (NFKC).

    What signs beyond the first plane are depends on the version of Unicode, which may
    be another one in the database: a code with one stays as it is.
    """
    is_old = not code or max(code) <= "\uffff"
    return unicodedata.normalize("NFKC", code) if is_old else code


def expand_upc_e(code: str) -> str | None:
    """Return the UPC-A that a UPC-E leaves zeros out of; None if it is none.

    >>> expand_upc_e("04252614")
    '042100005264'
    """
    match = _UPC_E.fullmatch(code)
    if match is None:
        return None
    system, digits, check = match.groups()
    last = digits[5]
    if last in "012":
        middle = f"{digits[:2]}{last}0000{digits[2:5]}"
    elif last == "3":
        middle = f"{digits[:3]}00000{digits[3:5]}"
    elif last == "4":
        middle = f"{digits[:4]}00000{digits[4]}"
    else:
        middle = f"{digits[:5]}0000{last}"
    expanded = f"{system}{middle}{check}"
    return expanded if is_gtin(expanded) else None
