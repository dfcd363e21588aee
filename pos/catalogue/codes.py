"""Codes: what a scanned or typed code may name, most likely first; pure.

The one place that takes a code apart. ``pos/catalogue/find_products.py`` looks up what
it names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pos.catalogue.barcodes import code_key, expand_upc_e
from pos.catalogue.gs1 import SEPARATORS, Gs1Data, read_gs1
from pos.catalogue.labels import LabelLayout, read_label
from pos.catalogue.layouts import respell
from pos.catalogue.measure import NO_MEASURE, Measure

# The longest text that is read: a link with a product, its batch, serial and dates.
TEXT_MAX = 512
# The longest code that a product can have.
CODE_MAX = 64

# Which kind of barcode it was, as scanners may send it before the code.
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")

# Keys (see ``code_key``), and what the code says about the goods if one of them fits.
Meaning = tuple[tuple[str, ...], Measure]


@dataclass(frozen=True)
class Reading:
    """A code read as these signs."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text without the name of its symbology."""
        match = _SYMBOLOGY.match(self.text)
        return clean_scan(self.text[match.end() :]) if match else self.text

    @cached_property
    def gs1(self) -> Gs1Data | None:
        """The data of GS1 inside the code."""
        return read_gs1(self.plain)

    def meanings(self, layout: LabelLayout) -> Iterator[Meaning]:
        """Yield what it may name: a code of a product, then GS1 data, then a label."""
        codes = (self.text, self.plain, expand_upc_e(self.plain))
        label = read_label(self.plain, layout)
        # With the value 0 a label may be just what the catalogue has for its item.
        measure = label.measure if label and label.is_empty else NO_MEASURE
        yield tuple(dict.fromkeys(code_key(code) for code in codes if code)), measure
        if self.gs1:
            yield (code_key(self.gs1.gtin),), self.gs1.measure
        if label:
            yield label.keys, label.measure

    def measure(self, layout: LabelLayout) -> Measure:
        """What it says about the goods, where it is no code of a product itself."""
        return [measure for _keys, measure in self.meanings(layout)][-1]


@dataclass(frozen=True)
class ScannedCode:
    """A code as it came, and its keys by the layout of a US keyboard, if known."""

    text: str
    positions: str = ""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The code as it came, then as another keyboard may have sent it."""
        others = [self.positions] if self.positions else respell(self.text)
        return tuple(map(Reading, dict.fromkeys([self.text, *others])))

    def meanings(self, layout: LabelLayout) -> Iterator[Meaning]:
        for reading in self.readings:
            yield from reading.meanings(layout)

    @property
    def has_figure(self) -> bool:
        """Whether it has one in any reading; a text without is more likely a word."""
        return any(re.search(r"[0-9]", code_key(one.text)) for one in self.readings)

    @property
    def stored(self) -> str:
        """What a line keeps of it: the code as it came, or GS1 data if it is long."""
        gs1 = self.readings[0].gs1
        if len(self.text) <= CODE_MAX or gs1 is None:
            return self.text[:CODE_MAX]
        return gs1.short[:CODE_MAX]


def clean_scan(text: str) -> str:
    """Return the text without what surrounds a code: space, and FNC1 at an end."""
    return text.strip().strip(SEPARATORS)
