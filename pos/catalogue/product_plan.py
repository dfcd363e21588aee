"""Product plan: what a line makes of a product, worked out from what is known.

The one validator of products: of the services, one by one, and of files. Nothing is
asked of the database, and nothing written.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from pos.access.permission import require
from pos.catalogue.barcodes import code_key
from pos.catalogue.clean_codes import clean_barcode
from pos.catalogue.details import ProductDetails
from pos.catalogue.errors import SkuTakenError
from pos.catalogue.known_catalogue import KnownCatalogue
from pos.core.errors import InvalidAmountError, InvalidFieldError
from pos.core.field_validation import validate_fields
from pos.core.ids import uuid7
from pos.core.money import is_money
from pos.models import Category, Product, Restriction, StaffMember

Changes = dict[str, tuple[object, object]]


@dataclass(slots=True)
class ProductPlan:
    """A product as it will be. ``before`` is what it was; None for a new one.

    ``gone`` are the codes that are taken off, ``codes`` those that are added.
    """

    product: Product
    before: Product | None = None
    changed: list[str] = field(default_factory=list)
    gone: frozenset[str] = frozenset()
    codes: list[str] = field(default_factory=list)
    present: frozenset[str] = frozenset()

    @property
    def changes(self) -> Changes:
        """What is now another, from and to."""
        changes: Changes = {
            name: (getattr(self.before, name), getattr(self.product, name))
            for name in self.changed
        }
        if self.gone or self.codes:
            kept = self.present - self.gone
            changes["barcodes"] = (self.present, kept.union(self.codes))
        return changes

    def accept(self, known: KnownCatalogue) -> None:
        """Let the lines that come after find it."""
        known.accept(self.product, gone=self.gone, new=self.codes)


def plan_new(
    known: KnownCatalogue,
    *,
    sku: str,
    details: ProductDetails,
    uid: UUID | None = None,
) -> ProductPlan:
    """Plan a new product; its category is made on first use.

    Raises:
        SkuTakenError: another product has the SKU, in capitals or not.
        InvalidAmountError, InvalidFieldError, InvalidBarcodeError, BarcodeTakenError:
            as :func:`create_product` says.
    """
    sku = sku.strip()
    if holder := known.products.get(code_key(sku)):
        raise SkuTakenError(sku=sku, product=holder)
    product = Product(company=known.company, sku=sku, uid=uid or uuid7())
    _describe(product, details, known)
    _validate(product)
    plan = ProductPlan(product)
    plan_codes(plan, details.get("barcodes", ()), known)
    return plan


def plan_change(
    known: KnownCatalogue,
    *,
    product: Product,
    details: ProductDetails,
    actor: StaffMember,
) -> ProductPlan:
    """Plan what the details change about a product of the catalogue.

    Raises what :func:`update_product` does.
    """
    plan = ProductPlan(copy(product), before=product)
    plan.changed = _describe(plan.product, details, known)
    if plan.changed:
        if is_lifted(product, plan.product):
            require(actor, "pos.change_restriction", subject=product)
        _validate(plan.product)
    if "barcodes" in details:
        plan_codes(plan, details["barcodes"], known)
    return plan


def plan_codes(plan: ProductPlan, codes: Iterable[str], known: KnownCatalogue) -> None:
    """Plan that these are the product's codes, and no others.

    Raises InvalidBarcodeError, InvalidFieldError or BarcodeTakenError.
    """
    wanted: dict[str, str] = {}
    for code in map(clean_barcode, codes):
        wanted.setdefault(code_key(code), code)
    present = known.codes_of(plan.product)
    new = [code for code in wanted.values() if code not in present]
    known.require_free(new, product=plan.product)
    plan.present = present
    plan.gone = present.difference(wanted.values())
    plan.codes = new


def is_lifted(before: Product, after: Product) -> bool:
    """Whether what restricts a product does so no longer, as in another category."""
    restriction_id = _find_restriction_id(before)
    return restriction_id is not None and restriction_id != _find_restriction_id(after)


def drop_containers(product: Product) -> bool:
    """Take the containers off what is no longer sold by the piece.

    Where deposits are charged a person is asked to do that; elsewhere nobody sees them.
    Returns whether it had any.
    """
    is_seen = product.company.charges_container_deposits
    if product.is_sold_by_the_piece or is_seen or not product.containers:
        return False
    product.containers = 0
    return True


def _find_restriction_id(product: Product) -> int | None:
    if product.restriction_id or product.category is None:
        return product.restriction_id
    return product.category.restriction_id


def _describe(
    product: Product, details: ProductDetails, known: KnownCatalogue
) -> list[str]:
    """Set the details on the product, unsaved; return the fields that differ."""
    wanted: dict[str, object] = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in details.items()
        if name not in {"category", "restriction", "barcodes"}
    }
    if "category" in details:
        wanted["category"] = _plan_category(details["category"].strip(), known)
    if "restriction" in details:
        wanted["restriction"] = _find_restriction(details["restriction"].strip(), known)
    changed = [name for name in wanted if getattr(product, name) != wanted[name]]
    for name in changed:
        setattr(product, name, wanted[name])
    if drop_containers(product):
        changed.append("containers")
    return changed


def _plan_category(name: str, known: KnownCatalogue) -> Category | None:
    """Return the category of this name in any case; a new one if there is none."""
    found = known.find_category(name) if name else None
    if found is not None or not name:
        return found
    position = known.count_categories()
    tints = Category.Tint.values
    category = Category(
        company=known.company,
        name=name,
        position=position,
        tint=tints[position % len(tints)],
    )
    validate_fields(category)
    return category


def _find_restriction(name: str, known: KnownCatalogue) -> Restriction | None:
    """Return the restriction of this name in any case, which owners have made."""
    if not name:
        return None
    found = known.find_restriction(name)
    if found is None:
        field = Restriction._meta.verbose_name
        raise InvalidFieldError(field=field, problem=_("there is no such one."))
    return found


def _validate(product: Product) -> None:
    places = product.company.currency_places
    for amount in (product.price, product.cost):
        if amount is not None and not (is_money(amount, places=places) and amount >= 0):
            raise InvalidAmountError(amount=amount)
    if product.containers and not product.is_sold_by_the_piece:
        raise InvalidFieldError(
            field=Product._meta.get_field("containers").verbose_name,
            problem=_("Only what is sold by the piece has any."),
        )
    validate_fields(product)
