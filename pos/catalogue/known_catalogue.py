"""Known catalogue: what the catalogue has of some lines, read at once.

One line and many are planned by it (``product_plan``), in the same few statements.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q

from pos.catalogue.barcodes import code_key
from pos.catalogue.clean_codes import clean_barcode
from pos.catalogue.details import ProductDetails
from pos.catalogue.errors import BarcodeTakenError
from pos.core.errors import DomainError
from pos.models import Barcode, Category, Company, Product, Restriction
from pos.models.catalogue import ProductQuerySet

ModelT = TypeVar("ModelT", bound=Model)


class KnownCatalogue:
    """The products, codes, categories and restrictions that lines name.

    What was planned counts as well once it is accepted, so that each line finds what
    the lines before it have done. It may be read again for further lines.
    """

    def __init__(self, company: Company) -> None:
        self.company = company
        # By the key of the SKU.
        self.products: dict[str, Product] = {}
        self._codes: dict[UUID, frozenset[str]] = {}
        self._holders: dict[str, tuple[str, Product] | None] = {}
        self._categories: dict[str, Category | None] = {}
        self._restrictions: dict[str, Restriction | None] = {}
        self._new_categories: dict[int, Category] = {}
        self._category_count: int | None = None

    def read(
        self, products: ProductQuerySet, details: Sequence[ProductDetails]
    ) -> None:
        """Read these products, and what else the details name.

        What is known already stays as it is.
        """
        company_id = self.company.pk
        found = list(products.of_company(company_id).select_related("category"))
        for product in found:
            product.company = self.company
            self.products.setdefault(product.sku_key, product)
        said = [given["barcodes"] for given in details if "barcodes" in given]
        if said:
            self._read_codes(found, said)
        names = {given["category"].strip() for given in details if "category" in given}
        names -= {"", *self._categories}
        self._categories |= find_by_names(Category, names, company_id=company_id)
        names = {
            given["restriction"].strip() for given in details if "restriction" in given
        } - {"", *self._restrictions}
        self._restrictions |= find_by_names(Restriction, names, company_id=company_id)

    def codes_of(self, product: Product) -> frozenset[str]:
        """Return the codes that scan to the product."""
        return self._codes.get(product.uid, frozenset())

    def require_free(self, codes: Iterable[str], *, product: Product) -> None:
        """Refuse codes of which another product has one, in any spelling."""
        holders = filter(None, (self._holders.get(code_key(code)) for code in codes))
        others = [one for one in holders if one[1].uid != product.uid]
        if others:
            code, holder = min(others, key=lambda one: one[0])
            # By its name as it is planned, if a line before this one changes it.
            planned = self.products.get(code_key(holder.sku), holder)
            raise BarcodeTakenError(barcode=code, product=planned)

    def find_category(self, name: str) -> Category | None:
        """Return the category of this name in any case; None if there is none."""
        found = self._categories.get(name)
        if found is None:
            new = self._new_categories.values()
            found = next((one for one in new if one.name.upper() == name.upper()), None)
        return found

    def find_restriction(self, name: str) -> Restriction | None:
        """Return the restriction of this name in any case; None if there is none."""
        return self._restrictions.get(name)

    def count_categories(self) -> int:
        """Return how many the company has, those that are planned among them."""
        if self._category_count is None:
            known = Category.objects.of_company(self.company.pk)
            self._category_count = known.count()
        return self._category_count + len(self._new_categories)

    def accept(
        self, product: Product, *, gone: Collection[str], new: Collection[str]
    ) -> None:
        """Let further lines find the product as it is planned, with its codes."""
        self.products[code_key(product.sku)] = product
        category = product.category
        if category is not None and category.pk is None:
            self._new_categories[id(category)] = category
        if not gone and not new:
            return
        self._codes[product.uid] = (self.codes_of(product) - {*gone}).union(new)
        self._holders |= dict.fromkeys(map(code_key, gone))
        self._holders |= {code_key(code): (code, product) for code in new}

    def _read_codes(
        self, products: Sequence[Product], said: Iterable[Iterable[str]]
    ) -> None:
        keys = set()
        for code in (code for codes in said for code in codes):
            # A code that is none is refused when its line is planned.
            with suppress(DomainError):
                keys.add(code_key(clean_barcode(code)))
        uids = {product.pk: product.uid for product in products}
        codes: dict[UUID, set[str]] = {
            uid: set() for uid in uids.values() if uid not in self._codes
        }
        found = Barcode.objects.of_company(self.company.pk).filter(
            Q(key__in=keys) | Q(product__in=list(uids))
        )
        for barcode in found.select_related("product").order_by("code"):
            product = barcode.product
            self._holders.setdefault(barcode.key, (barcode.code, product))
            if product.uid in codes:
                codes[product.uid].add(barcode.code)
        self._codes |= {uid: frozenset(own) for uid, own in codes.items()}


def find_by_names(
    model: type[ModelT], names: Collection[str], *, company_id: int
) -> dict[str, ModelT | None]:
    """Return each name's row of the company, whose name is the same in any case.

    Of several rows it is the first in the order of the model.
    """
    if not names:
        return {}
    meta: Any = model._meta
    order = ", ".join(f"found.{column}" for column in meta.ordering)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ON (given.name) given.name, found.id"  # noqa: S608
            f" FROM unnest(%s::text[]) AS given (name) JOIN {meta.db_table} found"
            f" ON found.company_id = %s AND upper(found.name) = upper(given.name)"
            f" ORDER BY given.name, {order}",
            [list(names), company_id],
        )
        keys = dict(cursor.fetchall())
    rows = model._default_manager.in_bulk(list(set(keys.values()))) if keys else {}
    return {name: rows[keys[name]] if name in keys else None for name in names}
