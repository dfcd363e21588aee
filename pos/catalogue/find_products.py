"""Find products: what codes and uids name, in at most two queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from pos.catalogue.codes import TEXT_MAX, ScannedCode, clean_scan
from pos.catalogue.labels import LabelLayout
from pos.catalogue.measure import NO_MEASURE, Measure
from pos.core.prepared import Param, Prepared, any_of, repeat_for_plan
from pos.core.text import is_storable
from pos.models import Barcode, Company, Product
from pos.models.restriction import restriction_facts
from pos.models.stock import on_hand
from pos.models.tax import rate_in_force

BARCODES = Prepared(
    Barcode.objects.filter(any_of("key", Param("keys")), company_id=Param("company_id"))
    .select_related("product")
    .annotate(
        restriction_facts=restriction_facts("product__"),
        rate_in_force=rate_in_force(Param("day"), tax_code="product__tax_code"),
        on_hand=on_hand(Param("outlet_id"), product="product_id"),
    )
    .order_by()
)

PRODUCTS = Prepared(
    Product.objects.filter(
        Q(any_of("sku_key", Param("keys"))) | Q(any_of("uid", Param("uids"))),
        company_id=Param("company_id"),
    )
    .with_restriction()
    .annotate(
        rate_in_force=rate_in_force(Param("day")),
        on_hand=on_hand(Param("outlet_id")),
    )
    .order_by()
)


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """Products by the codes and uids that were looked for, and what the codes say."""

    by_code: dict[ScannedCode, Product] = field(default_factory=dict)
    by_uid: dict[UUID, Product] = field(default_factory=dict)
    measures: dict[ScannedCode, Measure] = field(default_factory=dict)

    @property
    def products(self) -> list[Product]:
        return [*self.by_code.values(), *self.by_uid.values()]

    def measure(self, code: ScannedCode | None) -> Measure:
        """The weight and price that the code says, if it says any."""
        return self.measures.get(code, NO_MEASURE) if code else NO_MEASURE


def find_products(
    *,
    company: Company,
    codes: Collection[ScannedCode] = (),
    uids: Collection[UUID] = (),
    day: date | None = None,
    outlet_id: int | None = None,
) -> FoundProducts:
    """Return the company's products that these name, whether active or not.

    Each has its ``restriction_facts``, the ``rate_in_force`` of its tax code on
    ``day``, and what is ``on_hand`` at the outlet: None without a day or an outlet, or
    where there is none.

    A code is a barcode, and only else a SKU. What it names itself goes before what is
    written in it, and the code as it came before that of another keyboard.
    """
    found = FoundProducts()
    layout = label_layout(company)
    codes = [code for code in codes if is_storable(code.text + code.positions)]
    here = {"company_id": company.pk, "day": day, "outlet_id": outlet_id}
    barcodes = _find_by_barcode(_keys(codes, layout), here)
    unsure = [code for code in codes if not _is_certain(code, barcodes, layout)]
    skus: dict[str, Product] = {}
    if unsure or uids:
        named = {
            "keys": repeat_for_plan(_keys(unsure, layout)),
            "uids": repeat_for_plan(uids),
        }
        for product in PRODUCTS.all(**named, **here):
            found.by_uid[product.uid] = product
            skus[product.sku_key] = product
    for code in codes:
        _choose(code, found, [barcodes, skus], layout)
    return found


def find_by_code(company: Company | None, text: str) -> Product | None:
    """Return the company's product that this text names as a code.

    A word without a figure is no code but a search, even where it is a SKU as well.
    """
    scanned = ScannedCode(clean_scan(text[:TEXT_MAX]))
    if company is None or not scanned.has_figure:
        return None
    return find_products(company=company, codes=[scanned]).by_code.get(scanned)


def label_layout(company: Company) -> LabelLayout:
    return LabelLayout(
        value=company.label_value,
        item_digits=company.label_item_digits,
        value_digits=company.label_value_digits,
        places=company.currency_places,
    )


def _keys(codes: Iterable[ScannedCode], layout: LabelLayout) -> set[str]:
    return {
        key
        for code in codes
        for keys, _measure in code.lookup_candidates(layout)
        for key in keys
    }


def _is_certain(
    code: ScannedCode, barcodes: dict[str, Product], layout: LabelLayout
) -> bool:
    """Whether it is a barcode as it came, so that no SKU has to be looked for.

    Where only what is written in it is a barcode, the code itself may be a SKU.
    """
    keys, _measure = next(code.variants[0].lookup_candidates(layout))
    return not barcodes.keys().isdisjoint(keys)


def _find_by_barcode(
    keys: Collection[str], here: Mapping[str, object]
) -> dict[str, Product]:
    if not keys:
        return {}
    found = {}
    for row in BARCODES.all(keys=repeat_for_plan(keys), **here):
        found[row.key] = row.product
        for name in ("restriction_facts", "rate_in_force", "on_hand"):
            setattr(row.product, name, getattr(row, name))
    return found


def _choose(
    code: ScannedCode,
    found: FoundProducts,
    tables: list[dict[str, Product]],
    layout: LabelLayout,
) -> None:
    """Add the product that the code most likely names, if it names any."""
    for keys, measure in code.lookup_candidates(layout):
        for products in tables:
            for key in keys:
                if key in products:
                    found.by_code[code] = products[key]
                    found.measures[code] = measure
                    return
