"""Products: created and changed, with their codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.catalogue.barcodes import code_key
from pos.catalogue.details import ProductDetails
from pos.catalogue.errors import SkuTakenError
from pos.catalogue.known_catalogue import KnownCatalogue
from pos.catalogue.product_plan import ProductPlan, plan_change, plan_codes, plan_new
from pos.catalogue.write_products import write_plans
from pos.core.errors import DomainError
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Product, StaffMember
from pos.models.catalogue import ProductQuerySet


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product that is to be made."""

    sku: str
    details: ProductDetails
    uid: UUID | None = None


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
    new = NewProduct(sku, details, uid)
    [made] = create_products(company=company, new=[new], actor=actor)
    if isinstance(made, DomainError):
        raise made
    return made


@atomic_with_retry
def create_products(
    *, company: Company, new: Sequence[NewProduct], actor: StaffMember
) -> list[Product | DomainError]:
    """Put new products in the catalogue; return each, or what refuses it.

    The number of statements is the same for any number of them; see
    :func:`create_product` for what each may be refused for.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add a product, or not restrict one.
    """
    require(actor, "pos.add_product", subject=company)
    for one in new:
        _require_may_restrict(actor, company, one.details)
    known = KnownCatalogue(Company.objects.locked().get(pk=company.pk))
    known.read(find_by_skus(one.sku for one in new), [one.details for one in new])
    made: list[Product | DomainError] = []
    plans: list[ProductPlan] = []
    for one in new:
        try:
            plan = plan_new(known, sku=one.sku, details=one.details, uid=one.uid)
        except DomainError as error:
            made.append(error)
            continue
        plan.accept(known)
        plans.append(plan)
        made.append(plan.product)
    write_plans(plans)
    for plan in plans:
        record(
            Act.PRODUCT_ADDED,
            actor=actor,
            subject=plan.product,
            facts={"name": plan.product.name, "price": plan.product.price},
        )
    return made


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
    known = KnownCatalogue(Company.objects.locked().get(pk=product.company_id))
    known.read(Product.objects.filter(pk=product.pk).locked(), [details])
    [product] = known.products.values()
    plan = plan_change(known, product=product, details=details, actor=actor)
    if plan.changed:
        name_actor(actor)
    write_plans([plan])
    if changes := plan.changes:
        record(Act.PRODUCT_CHANGED, actor=actor, subject=plan.product, changes=changes)
    return bool(changes)


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
    known = KnownCatalogue(Company.objects.locked().get(pk=product.company_id))
    codes = list(codes)
    known.read(Product.objects.filter(pk=product.pk), [{"barcodes": codes}])
    plan = ProductPlan(product, before=product)
    plan_codes(plan, codes, known)
    write_plans([plan])
    if changes := plan.changes:
        record(Act.PRODUCT_CHANGED, actor=actor, subject=product, changes=changes)
    return bool(changes)


def find_by_skus(skus: Iterable[str]) -> ProductQuerySet:
    """Return the products that have one of these SKUs, in capitals or not."""
    keys = {code_key(sku.strip()) for sku in skus}
    return Product.objects.filter(sku_key__in=keys)


def require_free_sku(
    sku: str, *, company_id: int, product_id: int | None = None
) -> None:
    """Refuse an SKU that another product has, in capitals or not."""
    products = Product.objects.of_company(company_id).filter(sku_key=code_key(sku))
    holder = products.first()
    if holder is not None and holder.pk != product_id:
        raise SkuTakenError(sku=sku, product=holder)
