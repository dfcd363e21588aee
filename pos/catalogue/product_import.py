"""Import: the products of a file, with their stock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record, recorded_as_one
from pos.access.permission import require
from pos.catalogue.barcodes import code_key
from pos.catalogue.product_file import ProductFile, ProductLine
from pos.catalogue.products import create_product, update_product
from pos.core.csv_reader import Problem
from pos.core.errors import DomainError, InvalidFieldError
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Outlet, Product, StaffMember, StockMovement
from pos.stock.receive import Count, post_counts, validate_count


@dataclass(slots=True)
class ImportResult:
    """How many products each thing happened to, and which lines were refused."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    counted: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_saved: bool = False


@atomic_with_retry
def import_products(
    *,
    outlet: Outlet,
    file: ProductFile,
    actor: StaffMember,
    skips_bad: bool = False,
    is_dry: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportResult:
    """Bring the catalogue of the outlet's company up to date with a file.

    A new SKU becomes a product; a known one is changed to what the file says. A
    stock figure is a count at the outlet, posted if it differs from the product's
    last import: so a file read twice changes nothing, whatever was sold in between.

    If a line is refused, nothing is stored, unless ``skips_bad``, which stores the
    rest. ``is_dry`` stores nothing, and finds the same problems. ``progress`` is
    called with the number of lines done.

    Raises:
        NotOfThisCompanyError: the outlet is not of the actor's company.
        NotAllowedError: the actor may not do all that the file asks for.
    """
    require(actor, "pos.add_product", subject=outlet)
    require(actor, "pos.change_product", subject=outlet)
    if any(line.stock is not None for line in file.lines):
        require(actor, "pos.count_stock", subject=outlet)
    if any("restriction" in line.details for line in file.lines):
        require(actor, "pos.change_restriction", subject=outlet)
    # Another import of the company waits, and then finds what this one stored.
    Company.objects.locked().get(pk=outlet.company_id)
    name_actor(actor)
    result = ImportResult(problems=list(file.problems))
    counts: list[tuple[ProductLine, Product]] = []
    known = _find_known_products(file, outlet.company)
    for done, line in enumerate(file.lines, start=1):
        try:
            with transaction.atomic(), recorded_as_one():
                product = _import(
                    line, outlet.company, known.get(code_key(line.sku)), result, actor
                )
        except DomainError as error:
            result.problems.append(Problem(line.line, str(error)))
        else:
            if line.stock is not None:
                counts.append((line, product))
        progress(done)
    with recorded_as_one():
        result.counted = _count(counts, outlet, actor)
    result.problems.sort(key=lambda problem: problem.line)
    result.is_saved = not is_dry and (skips_bad or not result.problems)
    if not result.is_saved:
        transaction.set_rollback(True)
        return result
    record(
        Act.PRODUCTS_IMPORTED,
        actor=actor,
        subject=outlet,
        facts={
            "created": result.created,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "refused": len(result.problems),
            "counted": result.counted,
        },
    )
    return result


def _find_known_products(file: ProductFile, company: Company) -> dict[str, Product]:
    """Return the file's products that the catalogue has, by the key of the SKU."""
    keys = [code_key(line.sku) for line in file.lines]
    products = Product.objects.of_company(company.pk).filter(sku_key__in=keys)
    return {product.sku_key: product for product in products.defer("description")}


def _import(
    line: ProductLine,
    company: Company,
    product: Product | None,
    result: ImportResult,
    actor: StaffMember,
) -> Product:
    """Create or change one product; count it in the result once it is saved."""
    if product is None:
        _require_whole(line)
        product = create_product(
            company=company, sku=line.sku, actor=actor, **line.details
        )
        outcome = "created"
    else:
        is_new = update_product(product=product, actor=actor, **line.details)
        outcome = "changed" if is_new else "unchanged"
    if line.stock is not None:
        product.refresh_from_db()
        validate_count(line.stock, product)
    setattr(result, outcome, getattr(result, outcome) + 1)
    return product


def _require_whole(line: ProductLine) -> None:
    """Refuse a new product without a name or a price."""
    details = line.details
    has_price = "price" in details or details.get("is_open_price")
    for column, is_said in (("name", "name" in details), ("price", has_price)):
        if not is_said:
            problem = _("a new product needs one.")
            raise InvalidFieldError(field=column, problem=problem)


def _count(
    lines: list[tuple[ProductLine, Product]], outlet: Outlet, actor: StaffMember
) -> int:
    """Post the counts that are new; return how many.

    All are posted together at the end, so that sales wait for their stock as briefly
    as possible.
    """
    known = _imported_counts(outlet, [product for _line, product in lines])
    counts = []
    for line, product in lines:
        assert line.stock is not None
        number, last = 0, None
        while (uid := _count_uid(outlet, product, number)) in known:
            number, last = number + 1, known[uid].counted
        if last != line.stock:
            counts.append(Count(uid, product, line.stock))
    if counts:
        reason = _("Imported from a file")
        post_counts(outlet=outlet, counts=counts, reason=reason, actor=actor)
    return len(counts)


def _count_uid(outlet: Outlet, product: Product, number: int) -> UUID:
    """Return the source of the product's count by its n-th import, from 0."""
    return uuid5(outlet.uid, f"import of {product.uid}, count {number}")


def _imported_counts(
    outlet: Outlet, products: list[Product]
) -> dict[UUID, StockMovement]:
    """Return the counts of these products at the outlet, by their source."""
    counts = StockMovement.objects.of_company(outlet.company_id).filter(
        kind=StockMovement.Kind.COUNT,
        stock_item__outlet=outlet,
        stock_item__product__in=products,
    )
    return {count.source: count for count in counts}
