"""Codes: what a scanned or typed code may name, most likely first; pure.

The one place that takes a code apart. ``pos/catalogue/find_products.py`` looks up what
it names.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from pos.catalogue.barcodes import code_key, expand_upc_e
from pos.catalogue.gs1 import SEPARATORS, Gs1Data, read_gs1
from pos.catalogue.layouts import respell

# The longest text that is read: a link with a product, its batch, serial and dates.
TEXT_MAX = 512
# The longest code that a product can have.
CODE_MAX = 64

# Which kind of barcode it was, as scanners may send it before the code.
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")


@dataclass(frozen=True)
class ScannedCode:
    """A code as it came, and its keys by the layout of a US keyboard, if known."""

    text: str
    positions: str = ""

    @cached_property
    def gs1(self) -> Gs1Data | None:
        """The data of GS1 inside the code."""
        return read_gs1(_without_symbology(self.text))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the code names as it came, most exact first: see ``code_key``."""
        return _keys(self.text)

    @cached_property
    def other_keys(self) -> tuple[str, ...]:
        """What it names if the computer has read the scanner's keys wrongly."""
        texts = [self.positions] if self.positions else respell(self.text)
        keys = (key for text in texts for key in _keys(text))
        return tuple(dict.fromkeys(key for key in keys if key not in self.keys))

    @property
    def stored(self) -> str:
        """What a line keeps of it: the code as it came, or its GTIN if it is long."""
        if len(self.text) <= CODE_MAX or self.gs1 is None:
            return self.text[:CODE_MAX]
        return self.gs1.gtin


def clean_scan(text: str) -> str:
    """Return the text without what surrounds a code: space, and FNC1 at an end."""
    return text.strip().strip(SEPARATORS)


def _without_symbology(text: str) -> str:
    match = _SYMBOLOGY.match(text)
    return clean_scan(text[match.end() :]) if match else text


def _keys(text: str) -> tuple[str, ...]:
    plain = _without_symbology(text)
    gs1 = read_gs1(plain)
    spellings = [text, plain, gs1 and gs1.gtin, expand_upc_e(plain)]
    return tuple(dict.fromkeys(code_key(code) for code in spellings if code))
