"""Find products: what codes and uids name, in at most two queries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from pos.catalogue.codes import TEXT_MAX, ScannedCode, clean_scan
from pos.core.text import is_storable
from pos.models import Barcode, Product


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """Products by the codes and uids that were looked for."""

    by_code: dict[ScannedCode, Product] = field(default_factory=dict)
    by_uid: dict[UUID, Product] = field(default_factory=dict)

    @property
    def products(self) -> list[Product]:
        return [*self.by_code.values(), *self.by_uid.values()]


def find_products(
    *,
    company_id: int | None,
    codes: Collection[ScannedCode] = (),
    uids: Collection[UUID] = (),
) -> FoundProducts:
    """Return the company's products that these name, whether active or not.

    A code is a barcode, and only else a SKU; what it names as it came goes before what
    it names on another keyboard.
    """
    found = FoundProducts()
    codes = [code for code in codes if is_storable(code.text + code.positions)]
    keys = {key for code in codes for key in (*code.keys, *code.other_keys)}
    by_barcode = _find_by_barcode(company_id, keys)
    is_exact = {code: not by_barcode.keys().isdisjoint(code.keys) for code in codes}
    keys = {
        key
        for code in codes
        if not is_exact[code]
        for key in (*code.keys, *code.other_keys)
    }
    by_sku: dict[str, Product] = {}
    if keys or uids:
        products = Product.objects.of_company(company_id)
        for product in products.filter(Q(sku_key__in=keys) | Q(uid__in=uids)):
            found.by_uid[product.uid] = product
            by_sku[product.sku_key] = product
    for code in codes:
        if chosen := _choose(code, by_barcode, by_sku):
            found.by_code[code] = chosen
    return found


def find_by_code(company_id: int | None, text: str) -> Product | None:
    """Return the company's product that this text names as a code."""
    scanned = ScannedCode(clean_scan(text[:TEXT_MAX]))
    found = find_products(company_id=company_id, codes=[scanned])
    return found.by_code.get(scanned)


def _find_by_barcode(
    company_id: int | None, keys: Collection[str]
) -> dict[str, Product]:
    if not keys:
        return {}
    barcodes = Barcode.objects.of_company(company_id).filter(key__in=keys)
    return {row.key: row.product for row in barcodes.select_related("product")}


def _choose(
    code: ScannedCode, by_barcode: dict[str, Product], by_sku: dict[str, Product]
) -> Product | None:
    for keys in (code.keys, code.other_keys):
        for products in (by_barcode, by_sku):
            for key in keys:
                if key in products:
                    return products[key]
    return None
