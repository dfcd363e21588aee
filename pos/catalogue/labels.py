"""Labels: what a scale has printed on goods, as an EAN-13 of the shop; pure.

GS1 leaves the prefixes 20 to 29 to each shop: 2, one more digit, the item's number,
perhaps a digit of the scale's own, a weight in grams or a price, and the check digit.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from pos.catalogue.barcodes import check_digit, code_key, is_gtin
from pos.catalogue.measure import Measure

WEIGHT = "weight"
PRICE = "price"

# Between the prefix and the check digit.
DIGITS = 10


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """What a company's labels hold, if it has any; ``places`` are the currency's."""

    value: str = ""
    item_digits: int = 5
    value_digits: int = 5
    places: int = 2


NO_LABELS = LabelLayout()


@dataclass(frozen=True, slots=True)
class Label:
    """The keys under which a catalogue may have the item, and what is printed."""

    keys: tuple[str, ...]
    measure: Measure

    @property
    def is_empty(self) -> bool:
        return not (self.measure.weight or self.measure.price)


def read_label(code: str, layout: LabelLayout) -> Label | None:
    """Read a label; None if the code is none, or the company has none.

    A catalogue may have the item by its number, with or without zeros before it, by
    prefix and number, or by the whole code with the value 0.

    >>> layout = LabelLayout(WEIGHT)
    >>> read_label("2100042012509", layout).measure.weight
    Decimal('1.250')
    """
    code = code.lstrip("0") if len(code) == DIGITS + 4 else code
    is_label = re.fullmatch(r"2[0-9]{12}", code, re.ASCII) and is_gtin(code)
    if not layout.value or not is_label:
        return None
    item = code[2 : 2 + layout.item_digits]
    value = Decimal(code[-1 - layout.value_digits : -1])
    empty = code[: 2 + layout.item_digits].ljust(DIGITS + 2, "0")
    names = (f"{empty}{check_digit(empty)}", code[:2] + item, item, item.lstrip("0"))
    keys = tuple(code_key(name) for name in names if name)
    if layout.value == WEIGHT:
        return Label(keys, Measure(weight=value.scaleb(-3)))
    return Label(keys, Measure(price=value.scaleb(-layout.places)))
