"""Spellings: how else one code may have been typed, printed or sent; pure."""

import re
from collections.abc import Iterator

from pos.catalogue.barcodes import expand_upc_e, is_gtin

# Which kind of barcode it was, as scanners may send it before the code.
SYMBOLOGY = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")

# An EAN-13 with two or five further digits beside it.
_WITH_ADD_ON = re.compile(r"\]E3", re.I)
_ADD_ON = re.compile(r"([0-9]{13})[0-9]{2}(?:[0-9]{3})?")
# Periodicals and books, which are printed with such digits; in Japan 491.
_OF_PRINT = re.compile(r"97[789]|491")

# Figures in groups, as below the bars, or of an ISBN.
_GROUPED = re.compile(r"[0-9]+(?:[ -][0-9]+)+")
_GTIN_MIN, _GTIN_MAX = 8, 14

# Hyphens as texts are set with, which no keyboard has.
_HYPHENS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)


def other_spellings(text: str, plain: str) -> Iterator[str]:
    """Yield other codes that the text may stand for; ``plain`` has no symbology.

    >>> list(other_spellings("*ST4R99*", "*ST4R99*"))
    ['ST4R99']
    >>> list(other_spellings("978-0-306-40615-7", "978-0-306-40615-7"))
    ['09780306406157']
    >>> list(other_spellings("36000291452", "36000291452"))
    ['00036000291452']
    """
    hyphened = plain.translate(_HYPHENS)
    if hyphened != plain:
        yield hyphened
    # The first and last sign of a Code 39, which some scanners send.
    if len(plain) > len("**") and plain.startswith("*") and plain.endswith("*"):
        yield plain[1:-1]
    digits = re.sub("[ -]", "", hyphened) if _GROUPED.fullmatch(hyphened) else plain
    if digits.isascii() and digits.isdigit():
        yield from _gtins(digits, has_add_on=bool(_WITH_ADD_ON.match(text)))


def _gtins(digits: str, *, has_add_on: bool) -> Iterator[str]:
    """Yield the GTINs that may be meant: UPC-E, other zeros, or an add-on beside it."""
    if upc_a := expand_upc_e(digits):
        yield upc_a
    # Spreadsheets take zeros away, and other systems add some.
    gtin = digits.lstrip("0").zfill(_GTIN_MAX)
    if len(digits) >= _GTIN_MIN and is_gtin(gtin):
        yield gtin
    match = _ADD_ON.fullmatch(digits)
    if match and (has_add_on or _OF_PRINT.match(digits)) and is_gtin(match[1]):
        yield match[1]
