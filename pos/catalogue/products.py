"""Products: created and changed, with their codes."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID

from django.utils.translation import gettext as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.catalogue.barcodes import code_key, expand_upc_e, is_gtin, looks_like_gtin
from pos.catalogue.errors import BarcodeTakenError, InvalidBarcodeError, SkuTakenError
from pos.core.errors import InvalidAmountError, InvalidFieldError
from pos.core.field_validation import validate_fields
from pos.core.ids import uuid7
from pos.core.money import is_money
from pos.core.text import CODE_MAX
from pos.core.transactions import atomic_with_retry
from pos.models import (
    Barcode,
    Category,
    Company,
    Product,
    Restriction,
    StaffMember,
)


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


@atomic_with_retry
def create_product(
    *,
    company: Company,
    sku: str,
    actor: StaffMember,
    uid: UUID | None = None,
    **details: Unpack[ProductDetails],
) -> Product:
    """Put a new product in the catalogue, with its barcodes.

    Its category is made on first use. Writers of one company's catalogue wait
    for each other.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add a product, or not restrict one.
        SkuTakenError: another product has the SKU, in capitals or not.
        InvalidAmountError: price or cost is not money of the company.
        InvalidFieldError: another value does not fit its column.
        InvalidBarcodeError, BarcodeTakenError: see :func:`set_barcodes`.
    """
    require(actor, "pos.add_product", subject=company)
    _require_may_restrict(actor, company, details)
    company = Company.objects.locked().get(pk=company.pk)
    sku = sku.strip()
    require_free_sku(sku, company_id=company.pk)
    product = Product(company=company, sku=sku, uid=uid or uuid7())
    _describe(product, details)
    _validate(product)
    product.save(force_insert=True)
    _set_barcodes(product, details.get("barcodes", ()), present=frozenset())
    record(
        Act.PRODUCT_ADDED,
        actor=actor,
        subject=product,
        facts={"name": product.name, "price": product.price},
    )
    return product


@atomic_with_retry
def update_product(
    *, product: Product, actor: StaffMember, **details: Unpack[ProductDetails]
) -> bool:
    """Change a product; return whether anything was new.

    Sales keep the name, price and tax code that they were made with.

    Raises:
        NotOfThisCompanyError: the product is not of the actor's company.
        NotAllowedError: the actor may not change a product, or not restrict one.
        InvalidAmountError: price or cost is not money of the company.
        InvalidFieldError: another value does not fit its column.
        InvalidBarcodeError, BarcodeTakenError: see :func:`set_barcodes`.
    """
    require(actor, "pos.change_product", subject=product)
    _require_may_restrict(actor, product, details)
    Company.objects.locked().get(pk=product.company_id)
    product = Product.objects.select_related("company").locked().get(pk=product.pk)
    before = copy(product)
    changed = _describe(product, details)
    if is_lifted(before, product):
        require(actor, "pos.change_restriction", subject=product)
    if changed:
        _validate(product)
        name_actor(actor)
        product.save(update_fields=changed)
    changes = {
        name: (getattr(before, name), getattr(product, name)) for name in changed
    }
    if "barcodes" in details:
        changes |= _set_barcodes(product, details["barcodes"], _codes(product))
    if changes:
        record(Act.PRODUCT_CHANGED, actor=actor, subject=product, changes=changes)
    return bool(changes)


def is_lifted(before: Product, after: Product) -> bool:
    """Whether what restricts a product does so no longer, as in another category."""
    restriction_id = _find_restriction_id(before)
    return restriction_id is not None and restriction_id != _find_restriction_id(after)


def _find_restriction_id(product: Product) -> int | None:
    if product.restriction_id or product.category is None:
        return product.restriction_id
    return product.category.restriction_id


def _require_may_restrict(
    actor: StaffMember, subject: Company | Product, details: ProductDetails
) -> None:
    """Only who may change restrictions says which one a product has."""
    if "restriction" in details:
        require(actor, "pos.change_restriction", subject=subject)


@atomic_with_retry
def set_barcodes(*, product: Product, codes: Iterable[str], actor: StaffMember) -> bool:
    """Make these the product's codes, and no others; return whether any changed.

    Raises:
        NotOfThisCompanyError: the product is not of the actor's company.
        NotAllowedError: the actor may not change a product.
        InvalidBarcodeError: a code has the length of a GTIN, and a wrong digit.
        InvalidFieldError: a code has a space in it, or is too long.
        BarcodeTakenError: another product has it, in any spelling.
    """
    require(actor, "pos.change_product", subject=product)
    Company.objects.locked().get(pk=product.company_id)
    changes = _set_barcodes(product, codes, _codes(product))
    if changes:
        record(Act.PRODUCT_CHANGED, actor=actor, subject=product, changes=changes)
    return bool(changes)


def clean_barcode(code: str) -> str:
    """Return the code without space around it; a UPC-E as its UPC-A.

    Raises InvalidBarcodeError or InvalidFieldError as :func:`set_barcodes` does.
    """
    code = code.strip()
    if looks_like_gtin(code) and not is_gtin(code):
        if expanded := expand_upc_e(code):
            return expanded
        raise InvalidBarcodeError(barcode=code)
    if not re.fullmatch(rf"[!-~]{{1,{CODE_MAX}}}", code):
        raise InvalidFieldError(
            field=Barcode._meta.verbose_name,
            problem=_("Up to %(limit)d letters, digits and signs without spaces.")
            % {"limit": CODE_MAX},
        )
    return code


def require_free_sku(
    sku: str, *, company_id: int, product_id: int | None = None
) -> None:
    """Refuse an SKU that another product has, in capitals or not."""
    products = Product.objects.of_company(company_id).filter(sku_key=code_key(sku))
    holder = products.first()
    if holder is not None and holder.pk != product_id:
        raise SkuTakenError(sku=sku, product=holder)


def require_free_barcodes(
    codes: Iterable[str], *, company_id: int, product_id: int | None = None
) -> None:
    """Refuse codes of which another product has one, in any spelling."""
    keys = [code_key(code) for code in codes]
    barcodes = Barcode.objects.of_company(company_id).select_related("product")
    taken = barcodes.filter(key__in=keys).exclude(product=product_id).first()
    if taken is not None:
        raise BarcodeTakenError(barcode=taken.code, product=taken.product)


def _codes(product: Product) -> frozenset[str]:
    return frozenset(product.barcodes.values_list("code", flat=True))


def _set_barcodes(
    product: Product, codes: Iterable[str], present: frozenset[str]
) -> dict[str, tuple[object, object]]:
    """Do what :func:`set_barcodes` does, under the company's lock.

    Returns what changed, from and to.
    """
    wanted: dict[str, str] = {}
    for code in map(clean_barcode, codes):
        wanted.setdefault(code_key(code), code)
    gone = present.difference(wanted.values())
    new = [code for code in wanted.values() if code not in present]
    if gone:
        product.barcodes.filter(code__in=gone).delete()
    if new:
        company_id = product.company_id
        require_free_barcodes(new, company_id=company_id, product_id=product.pk)
        Barcode.objects.bulk_create(
            Barcode(company_id=product.company_id, product=product, code=code)
            for code in new
        )
    if not gone and not new:
        return {}
    return {"barcodes": (present, frozenset([*(present - gone), *new]))}


def _category(company_id: int, name: str) -> Category | None:
    """Return the category of this name in any case; made on first use."""
    name = name.strip()
    if not name:
        return None
    categories = Category.objects.of_company(company_id)
    found = categories.filter(name__iexact=name).first()
    if found is not None:
        return found
    position = categories.count()
    tints = Category.Tint.values
    category = Category(
        company_id=company_id,
        name=name,
        position=position,
        tint=tints[position % len(tints)],
    )
    validate_fields(category)
    category.save(force_insert=True)
    return category


def _restriction(product: Product, name: str) -> Restriction | None:
    """Return the restriction of this name in any case, which owners have made."""
    name = name.strip()
    if not name:
        return None
    restrictions = Restriction.objects.of_company(product.company_id)
    found = restrictions.filter(name__iexact=name).first()
    if found is None:
        field = Restriction._meta.verbose_name
        raise InvalidFieldError(field=field, problem=_("there is no such one."))
    return found


def _describe(product: Product, details: ProductDetails) -> list[str]:
    """Set the details on the product, unsaved; return the fields that differ."""
    wanted: dict[str, object] = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in details.items()
        if name not in {"category", "restriction", "barcodes"}
    }
    if "category" in details:
        wanted["category"] = _category(product.company_id, details["category"])
    if "restriction" in details:
        wanted["restriction"] = _restriction(product, details["restriction"])
    changed = [name for name in wanted if getattr(product, name) != wanted[name]]
    for name in changed:
        setattr(product, name, wanted[name])
    if drop_containers(product):
        changed.append("containers")
    return changed


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
