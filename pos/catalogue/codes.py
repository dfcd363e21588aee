"""Codes: what a scanned or typed code may name, most likely first; pure.

The one place that takes a code apart. ``pos/catalogue/find_products.py`` looks up what
it names.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pos.catalogue.barcodes import code_key, compatible_signs
from pos.catalogue.gs1 import SEPARATORS, Gs1Data, read_gs1
from pos.catalogue.labels import LabelLayout, read_label
from pos.catalogue.layouts import to_us_layout
from pos.catalogue.measure import NO_MEASURE, Measure
from pos.catalogue.spellings import SYMBOLOGY, other_spellings
from pos.core.text import CODE_MAX

# The longest text that is read: a link with a product, its batch, serial and dates.
TEXT_MAX = 512

# Keys (see ``code_key``), and what the code says about the goods if one of them fits.
Candidate = tuple[tuple[str, ...], Measure]


@dataclass(frozen=True)
class CodeVariant:
    """A code read as these signs."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text in compatible signs, without the name of its symbology."""
        return clean_scan(SYMBOLOGY.sub("", compatible_signs(self.text)))

    @cached_property
    def gs1(self) -> Gs1Data | None:
        """The data of GS1 inside the code."""
        return read_gs1(self.plain)

    def lookup_candidates(self, layout: LabelLayout) -> Iterator[Candidate]:
        """Yield what it may name: a code of a product, then GS1 data, then a label."""
        codes = (self.text, self.plain, *other_spellings(self.text, self.plain))
        label = read_label(self.plain, layout)
        if label is None and self.gs1:
            label = read_label(self.gs1.gtin, layout)
        # With the value 0 a label may be just what the catalogue has for its item.
        measure = label.measure if label and label.is_empty else NO_MEASURE
        yield tuple(dict.fromkeys(code_key(code) for code in codes if code)), measure
        if self.gs1:
            yield (code_key(self.gs1.gtin),), self.gs1.measure
        if label:
            yield label.keys, label.measure

    def measure(self, layout: LabelLayout) -> Measure:
        """What it says about the goods, where it is no code of a product itself."""
        return [measure for _keys, measure in self.lookup_candidates(layout)][-1]


@dataclass(frozen=True)
class ScannedCode:
    """A code as it came, and its keys by the layout of a US keyboard, if known."""

    text: str
    positions: str = ""

    @cached_property
    def variants(self) -> tuple[CodeVariant, ...]:
        """The code as it came, then as another keyboard may have sent it."""
        others = [self.positions] if self.positions else to_us_layout(self.text)
        return tuple(map(CodeVariant, dict.fromkeys([self.text, *others])))

    def lookup_candidates(self, layout: LabelLayout) -> Iterator[Candidate]:
        for variant in self.variants:
            yield from variant.lookup_candidates(layout)

    @property
    def has_figure(self) -> bool:
        """Whether it has one in any variant; a text without is more likely a word."""
        return any(re.search(r"[0-9]", code_key(one.text)) for one in self.variants)

    @property
    def stored(self) -> str:
        """What a line keeps of it: the code as it came, or GS1 data if it is long."""
        gs1 = self.variants[0].gs1
        if len(self.text) <= CODE_MAX or gs1 is None:
            return self.text[:CODE_MAX]
        return gs1.short[:CODE_MAX]


def clean_scan(text: str) -> str:
    """Return the text without what surrounds a code, and without what cannot be seen.

    Around it are space, and FNC1 at an end. Texts that are copied bring marks of their
    direction and places to break a line.
    """
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isspace() or not _is_unseen(sign))
    return text.strip().strip(SEPARATORS)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf"}
