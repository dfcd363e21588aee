"""Tiles: the products that a till offers."""

from django.db.models import F
from django.db.models.functions import Coalesce

from pos.core.money import ZERO
from pos.models import Product, Till
from pos.models.catalogue import ProductQuerySet

TILES_MAX = 120
# With fewer that have the words, some that have words like them are shown as well.
FEW = 12


def tiles_at(till: Till) -> ProductQuerySet:
    """Products with what is on hand at the till's outlet, in the order of tiles."""
    products = Product.objects.of_company(till.company_id).for_tiles(till.outlet_id)
    return products.annotate(left=Coalesce("on_hand", ZERO), low_at=F("stock__low_at"))


def search_tiles(
    products: ProductQuerySet, words: str
) -> tuple[list[Product], list[Product]]:
    """Return the tiles that have every word, and where these are few, similar ones."""
    found = list(products.matching(words)[:TILES_MAX])
    if len(found) >= FEW:
        return found, []
    similar = products.nearly_matching(words).exclude(pk__in=[one.pk for one in found])
    return found, list(similar[: FEW - len(found)])
