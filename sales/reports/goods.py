"""Goods: products as they are called today, their category, and what is on hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pos.core.localized_names import name_in_language
from pos.models import Product
from sales.reports.links import NONE
from sales.reports.question import Question
from sales.reports.statements import fetch

# An array, so that a thousand products are one parameter.
_QUERY = """
    SELECT product.id, product.uid, product.name, product.second_name, product.sku,
           product.unit, category.uid AS category, category.name AS category_name,
           category.second_name AS category_second_name,
           CASE WHEN product.is_tracked THEN
               (SELECT sum(item.on_hand) FROM pos_stockitem item
                WHERE item.product_id = product.id
                    AND item.outlet_id = ANY (%(outlets)s)) END AS on_hand
    FROM pos_product product
    LEFT JOIN pos_category category ON category.id = product.category_id
    WHERE product.company_id = %(company)s AND product.id = ANY (%(products)s)
"""


@dataclass(frozen=True, slots=True)
class Good:
    """``on_hand`` is now, at the outlets asked for; None where nothing is counted."""

    uid: str
    name: str
    sku: str
    unit: str
    category: str
    category_name: str
    on_hand: Decimal | None

    @property
    def unit_name(self) -> str:
        return name_unit(self.unit)


def name_unit(unit: str) -> str:
    return str(Product.Unit(unit).label)


def find_goods(question: Question, products: Sequence[int]) -> dict[int, Good]:
    """Return these products of the company by their id: one statement."""
    return {
        row["id"]: Good(
            str(row["uid"]),
            name_in_language(row["name"], row["second_name"]),
            row["sku"],
            row["unit"],
            str(row["category"]) if row["category"] else NONE,
            name_category(row["category_name"], row["category_second_name"]),
            row["on_hand"],
        )
        for row in fetch(question, _QUERY, products=list(products))
    }


def name_category(name: str | None, second_name: str | None) -> str:
    """Return the name of a product's category, which it may not have."""
    if name is None:
        return _("without a category")
    return name_in_language(name, second_name or "")
