"""Details: what is said of a product; what is left out stays, or gets the default."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict


class ProductDetails(TypedDict, total=False):
    """The fields of a product; what is left out stays, or gets the default.

    ``category`` and ``restriction`` are names. ``barcodes`` are all of its codes.
    """

    name: str
    second_name: str
    description: str
    category: str
    restriction: str
    price: Decimal
    is_open_price: bool
    cost: Decimal | None
    tax_code: str
    unit: str
    containers: int
    is_tracked: bool
    when_out: str
    is_favourite: bool
    tile_position: int
    glyph: str
    is_active: bool
    barcodes: Sequence[str]
