"""GS1: the product, weight and price that an element string or a link names; pure.

GS1 General Specifications, sections 3 and 7.8 (element strings), and GS1 Digital
Link, URI Syntax. ``(01)`` is the GTIN, ``310n`` a net weight in kilograms, ``392n`` a
price, ``393n`` a price after its currency. Of the other measures (pounds, metres) it is
only known that they are there: such goods are never sold as a whole unit.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl, unquote

from pos.catalogue.barcodes import is_gtin
from pos.catalogue.measure import Measure

# FNC1 in the middle of a symbol, and the picture of it that some scanners send.
SEPARATORS = "\x1d\u241d"

# How many digits follow these identifiers; all others end at a separator.
_FIXED_LENGTHS = {
    "00": 18,
    **dict.fromkeys(("01", "02", "03"), 14),
    "04": 16,
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6),
    "20": 2,
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 6),
    "41": 13,
}
# How long the identifiers are that begin with these two digits.
_IDENTIFIER_LENGTHS = {
    **dict.fromkeys(("23", "24", "25", "40", "41", "42", "71"), 3),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43"), 4),
    **dict.fromkeys(("70", "72", "80", "81", "82"), 4),
}
_TWO_DIGITS = re.compile(r"0[0-4]|1[0-9]|2[0-2]|30|37|9[0-9]")

_IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")
# What scanners send for FNC1 where its sign would be lost on the way.
_NAMED_SEPARATORS = re.compile(r"<GS>|\{GS\}|\[GS\]|\^\]|\x1e", re.I)
_LINK = re.compile(
    r"(?:https?://)?[^/\s?#]+\.[^/\s?#]+(/[^?#]*)(?:\?([^#]*))?(?:#.*)?", re.I
)
# How much there is, or what it costs: 30 is a number of pieces, 31 to 36 are measures,
# 390 to 395 prices.
_MEASURES = re.compile(r"30|3[1-6][0-9]{2}|39[0-5][0-9]")
_WEIGHT = re.compile(r"310[0-5]")
_PRICE = re.compile(r"39[23][0-9]")
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Gs1Data:
    """What is sold, by which GTIN, and its measure; ``short`` says the same."""

    gtin: str
    measure: Measure
    short: str


def read_gs1(text: str) -> Gs1Data | None:
    """Read an element string or a digital link; None if the text is neither.

    What it says twice and not the same, it does not say.
    """
    link = _LINK.fullmatch(text)
    pairs = _link_elements(link) if link else _elements(text)
    elements = list(dict.fromkeys(pairs or ()))
    gtins = [value for name, value in elements if name == "01"]
    if len(gtins) != 1 or not is_gtin(gtins[0]):
        return None
    [gtin] = gtins
    said = [(name, value) for name, value in elements if _MEASURES.fullmatch(name)]
    measures = dict(said)
    is_doubtful = len(measures) < len(said)
    # A link may hold any sign there, also one that no column can store.
    short = f"(01){gtin}" + "".join(
        f"({name}){value}" for name, value in measures.items() if value.isdigit()
    )
    measure = Measure(is_unclear=True) if is_doubtful else _read_measure(measures)
    return Gs1Data(gtin, measure, short)


def _read_measure(measures: Mapping[str, str]) -> Measure:
    """Return the weight and price; unclear if there are none, or two that differ.

    Beside a weight or price it does not matter what else was measured.
    """
    weights = {
        _decimal(name, value, digits=6)
        for name, value in measures.items()
        if _WEIGHT.fullmatch(name)
    }
    # Of 393n the currency comes first.
    prices = {
        _decimal(name, value[3:] if name.startswith("393") else value)
        for name, value in measures.items()
        if _PRICE.fullmatch(name)
    }
    currencies = {
        value[:3] for name, value in measures.items() if name.startswith("393")
    }
    is_read = len(weights) <= 1 and len(prices) <= 1 and len(currencies) <= 1
    if not is_read or None in weights | prices or (measures and not weights | prices):
        return Measure(is_unclear=True)
    return Measure(
        weight=next(iter(weights), None),
        price=next(iter(prices), None),
        currency=next(iter(currencies), ""),
    )


def _link_elements(link: re.Match[str]) -> list[tuple[str, str]]:
    """Return identifiers and values of a link: in its path by twos, then its query."""
    path = [unquote(part) for part in link[1].split("/") if part]
    names = [part.lower() for part in path]
    start = next((i for i, name in enumerate(names) if name in {"01", "gtin"}), None)
    if start is None:
        return []
    pairs = list(zip(["01", *path[start + 2 :: 2]], path[start + 1 :: 2], strict=False))
    return pairs + parse_qsl(link[2] or "")


def _elements(text: str) -> list[tuple[str, str]] | None:
    """Return identifiers and values of an element string; None if it is none.

    No value has a space in it, but what is printed for people may.
    """
    text = _NAMED_SEPARATORS.sub(SEPARATORS[0], text).replace(" ", "")
    if text.startswith("("):
        before, *found = _IN_BRACKETS.split(text)
        return None if before else list(zip(found[::2], found[1::2], strict=True))
    try:
        return list(_split(text))
    except ValueError:
        return None


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the elements one after the other; raise ValueError where there is none."""
    rest = text.lstrip(SEPARATORS)
    while rest:
        start = rest[:2]
        width = _IDENTIFIER_LENGTHS.get(start, 2)
        identifier = rest[:width]
        is_known = _TWO_DIGITS.fullmatch(start) or start in _IDENTIFIER_LENGTHS
        if not (is_known and len(identifier) == width and identifier.isdigit()):
            raise ValueError(identifier)
        value, rest = _take_value(rest[width:], _FIXED_LENGTHS.get(start))
        yield identifier, value


def _take_value(text: str, length: int | None) -> tuple[str, str]:
    """Return the value that the text begins with, and what follows it."""
    if length is not None:
        value, rest = text[:length], text[length:]
        if len(value) < length or not (value.isascii() and value.isdigit()):
            raise ValueError(value)
    else:
        value = re.split(f"[{SEPARATORS}]", text, maxsplit=1)[0]
        rest = text[len(value) :]
        if not 0 < len(value) <= _LONGEST:
            raise ValueError(value)
    return value, rest.lstrip(SEPARATORS)


def _decimal(identifier: str, value: str, digits: int | None = None) -> Decimal | None:
    """Return the number whose decimal places the identifier's last digit counts."""
    is_number = value.isascii() and value.isdigit() and len(value) <= 15
    if not is_number or (digits is not None and len(value) != digits):
        return None
    return Decimal(value).scaleb(-int(identifier[-1]))
