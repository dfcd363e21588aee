"""Tiles: the products that a till offers."""

from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Coalesce

from pos.catalogue.codes import TEXT_MAX, ScannedCode, clean_scan
from pos.catalogue.find_products import find_products
from pos.core.money import ZERO
from pos.models import Product, Till
from pos.models.catalogue import ProductQuerySet

TILES_MAX = 120
# With fewer that have the words, some that have words like them are shown as well.
FEW = 12
# More of a text is a code or nothing.
WORDS_MAX = 100


@dataclass(frozen=True, slots=True)
class FoundTiles:
    """What a text finds: the product of a code, what has its words, what is similar.

    ``code`` is the text where it says a weight or price, too: such a tile is sold as
    the code is.
    """

    tiles: list[Product]
    similar: list[Product]
    code: str = ""


def tiles_at(till: Till) -> ProductQuerySet:
    """Products with what is on hand at the till's outlet, in the order of tiles."""
    products = Product.objects.of_company(till.company_id).for_tiles(till.outlet_id)
    return products.annotate(left=Coalesce("on_hand", ZERO), low_at=F("stock__low_at"))


def search_tiles(till: Till, text: str) -> FoundTiles:
    """Find tiles for what is typed into the field of a scanner.

    First comes the product that it names as a code, which Enter adds; then those that
    have every word, and where these are few, similar ones.
    """
    products = tiles_at(till)
    scanned = ScannedCode(clean_scan(text[:TEXT_MAX]))
    found = find_products(company=till.company, codes=[scanned])
    named = found.by_code.get(scanned)
    exact = list(products.filter(pk=named.pk)) if named else []
    words = products.matching(text[:WORDS_MAX], company_id=till.company_id)
    rest = words.exclude(pk__in=[one.pk for one in exact])[: TILES_MAX - len(exact)]
    tiles = [*exact, *rest]
    if exact or len(tiles) >= FEW:
        code = scanned.text if exact and found.measure(scanned) else ""
        return FoundTiles(tiles, [], code)
    near = products.nearly_matching(text[:WORDS_MAX], company_id=till.company_id)
    near = near.exclude(pk__in=[one.pk for one in tiles])
    return FoundTiles(tiles, list(near[: FEW - len(tiles)]))
