"""Text: what a column can hold, and letters without their case and accents; pure."""

import re
import unicodedata

# Of a SKU, a barcode, or what was scanned of them; characters.
CODE_MAX = 64

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# Latin, Greek and Cyrillic capitals with one small letter. The functions of PostgreSQL
# that do the same have the same list, since its own ``lower`` depends on the machine.
CAPITALS = "".join(
    letter
    for letter in map(chr, range(0x41, 0x530))
    if letter.lower() != letter and len(letter.lower()) == 1
)
_SMALL = str.maketrans(CAPITALS, CAPITALS.lower())

# Combining marks: accents, as letters have them after NFKD.
_MARKS = re.compile("[\u0300-\u036f]")
# Letters that NFKD leaves whole.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}
)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store the text: no NUL, no half of a character."""
    return _UNSTORABLE.search(text) is None


def lower_case(text: str) -> str:
    """Return the text without capitals."""
    return text.translate(_SMALL)


def fold_text(text: str) -> str:
    """Return the text as searches compare it: without capitals and accents.

    The database computes the same (``fold_text`` in SQL) for the columns that are
    searched.

    >>> fold_text("Crème Brûlée"), fold_text("ØL")
    ('creme brulee', 'ol')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return lower_case(plain).translate(_PLAIN)
