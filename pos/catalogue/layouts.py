"""Layouts: what a scanner meant whose keys a computer reads by another layout; pure.

Most scanners send the keys of a US keyboard. The browser knows which keys they were;
where only the signs are left, these tables turn them back, and only where a sign shows
beyond doubt that they were misread: no code of ours has it, and wrong goods are worse
than none.
"""

# The signs of a French keyboard, and those of the same keys on a US one.
_AZERTY = str.maketrans(
    "&é\"'(-è_çà)°aqzwAQZWmM,?;:!ùµ§%",
    "1234567890-_qawzQAWZ;:mM,./'|?\"",
)
# Those where a French keyboard has its figures: nothing but these is a number.
_AZERTY_FIGURES = frozenset("&é\"'(-è_çà")
# The signs of a German keyboard, likewise.
_QWERTZ = str.maketrans("ßzyZYüÜöÖäÄ-_", "-yzYZ[{;:'\"/?")

_SHORTEST = 3

_LAYOUTS = ((frozenset(")éèçà°§ù"), _AZERTY), (frozenset("ßüÜöÖäÄ"), _QWERTZ))


def to_us_layout(text: str) -> list[str]:
    """Return what the text may have been on a US keyboard.

    >>> to_us_layout("NB)Q5)RED"), to_us_layout("1ßSß000727"), to_us_layout("NB-A5-RED")
    (['NB-A5-RED'], ['1-S-000727'], [])
    """
    if len(text) >= _SHORTEST and _AZERTY_FIGURES.issuperset(text):
        return [text.translate(_AZERTY)]
    return [
        text.translate(table) for signs, table in _LAYOUTS if not signs.isdisjoint(text)
    ]
