"""Write products: planned products of any number, in a fixed number of statements."""

from collections.abc import Sequence

from pos.catalogue.product_plan import ProductPlan
from pos.core.prepared_rows import PreparedRowInsert, PreparedRowUpdate
from pos.models import Barcode, Category, Product

# All that a line may change: the same statement for each.
CHANGED = (
    *("name", "second_name", "description", "category", "restriction", "price"),
    *("is_open_price", "cost", "tax_code", "unit", "containers", "is_tracked"),
    *("when_out", "is_favourite", "tile_position", "glyph", "is_active"),
)
CATEGORIES = PreparedRowInsert(Category)
PRODUCTS = PreparedRowInsert(Product)
CHANGES = PreparedRowUpdate(Product, CHANGED)
BARCODES = PreparedRowInsert(Barcode)


def write_plans(plans: Sequence[ProductPlan]) -> None:
    """Write the products, their new categories and their codes.

    The caller holds the locks of the company and of the products that are changed, and
    has named its actor.
    """
    _write_categories([plan.product for plan in plans])
    PRODUCTS.run([plan.product for plan in plans if plan.before is None])
    CHANGES.run([plan.product for plan in plans if plan.before and plan.changed])
    if gone := [code for plan in plans for code in plan.gone]:
        company_id = plans[0].product.company_id
        Barcode.objects.of_company(company_id).filter(code__in=gone).delete()
    BARCODES.run(
        [
            Barcode(company_id=plan.product.company_id, product=plan.product, code=code)
            for plan in plans
            for code in plan.codes
        ]
    )


def _write_categories(products: Sequence[Product]) -> None:
    """Save the categories that are new, and let their products refer to them."""
    waiting = [
        product
        for product in products
        if product.category is not None and product.category_id is None
    ]
    new = {id(product.category): product.category for product in waiting}
    CATEGORIES.run([category for category in new.values() if category is not None])
    for product in waiting:
        product.category = product.category
