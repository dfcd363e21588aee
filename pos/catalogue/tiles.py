"""Tiles: the products that a till offers."""

from django.db.models import F
from django.db.models.functions import Coalesce

from pos.core.money import ZERO
from pos.models import Product, Till
from pos.models.catalogue import ProductQuerySet

TILES_MAX = 120


def tiles_at(till: Till) -> ProductQuerySet:
    """Products with what is on hand at the till's outlet, in the order of tiles."""
    products = Product.objects.of_company(till.company_id).for_tiles(till.outlet_id)
    return products.annotate(left=Coalesce("on_hand", ZERO), low_at=F("stock__low_at"))
