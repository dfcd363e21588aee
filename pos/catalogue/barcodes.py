"""Barcodes: GTIN check digits; pure.

A GTIN is 8, 12, 13 or 14 digits of which the last is a check digit: GS1 General
Specifications, section 7.9.
"""

GTIN_LENGTHS = frozenset({8, 12, 13, 14})


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


def same_codes(code: str) -> list[str]:
    """Return every spelling under which the scanned code may be stored.

    A UPC-A is an EAN-13 with its leading zero left out, and scanners differ in
    whether they send it.

    >>> same_codes("036000291452")
    ['036000291452', '0036000291452']
    """
    if looks_like_gtin(code):
        if len(code) == 12:
            return [code, f"0{code}"]
        if len(code) == 13 and code.startswith("0"):
            return [code, code[1:]]
    return [code]
