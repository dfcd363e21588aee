"""Import: the products of a file, with their stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record, recorded_as_one
from pos.access.permission import require
from pos.catalogue.barcodes import code_key
from pos.catalogue.known_catalogue import KnownCatalogue
from pos.catalogue.product_file import ProductFile, ProductLine
from pos.catalogue.product_plan import ProductPlan, plan_change, plan_new
from pos.catalogue.products import find_by_skus
from pos.catalogue.write_products import write_plans
from pos.core.csv_reader import Problem
from pos.core.errors import DomainError, InvalidFieldError
from pos.core.line_batches import Batch, BatchImport, LinesImported
from pos.models import Company, Outlet, Product, StaffMember, StockMovement
from pos.stock.receive import Count, post_counts, validate_count


@dataclass(slots=True)
class ImportResult(LinesImported):
    """How many products each thing happened to, and which lines were refused."""

    counted: int = 0


@dataclass(slots=True)
class Planned:
    """What some lines make of the catalogue, and of the stock at the outlet."""

    result: ImportResult = field(default_factory=ImportResult)
    products: list[ProductPlan] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)


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

    All lines are validated before the first is stored. If one is refused, nothing is
    stored, unless ``skips_bad``, which stores the rest. Then batches of lines are
    stored, each whole or not at all; what is refused meanwhile stops the import, and
    the result says at which line it goes on. ``is_dry`` stores nothing, and finds the
    same problems. ``progress`` is called with the number of lines done.

    Raises:
        NotOfThisCompanyError: the outlet is not of the actor's company.
        NotAllowedError: the actor may not do all that the file asks for.
    """
    known = KnownCatalogue(outlet.company)
    imports: BatchImport[ProductLine, ImportResult] = BatchImport(
        ImportResult,
        require=partial(_require_may_import, outlet, file, actor),
        check=lambda lines: _plan(lines, known, outlet, actor).result,
        write=partial(_import_batch, outlet, actor),
    )
    return imports.run(
        file.lines,
        unread=file.problems,
        skips_bad=skips_bad,
        is_dry=is_dry,
        progress=progress,
    )


def _require_may_import(outlet: Outlet, file: ProductFile, actor: StaffMember) -> None:
    require(actor, "pos.add_product", subject=outlet)
    require(actor, "pos.change_product", subject=outlet)
    if any(line.stock is not None for line in file.lines):
        require(actor, "pos.count_stock", subject=outlet)
    if any("restriction" in line.details for line in file.lines):
        require(actor, "pos.change_restriction", subject=outlet)


def _import_batch(
    outlet: Outlet, actor: StaffMember, batch: Batch[ProductLine]
) -> ImportResult:
    """Write some lines, with their entry in the audit trail."""
    # Another import of the company waits, and then finds what this one stored.
    known = KnownCatalogue(Company.objects.locked().get(pk=outlet.company_id))
    name_actor(actor)
    planned = _plan(batch.lines, known, outlet, actor, is_locked=True)
    result = planned.result
    if result.problems and not batch.skips_bad:
        return result
    with recorded_as_one():
        write_plans(planned.products)
        if planned.counts:
            reason = _("Imported from a file")
            post_counts(
                outlet=outlet, counts=planned.counts, reason=reason, actor=actor
            )
    record(
        Act.PRODUCTS_IMPORTED,
        actor=actor,
        subject=outlet,
        facts={
            **batch.facts,
            "created": result.created,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "refused": len(result.problems) + batch.unreadable,
            "counted": result.counted,
        },
    )
    return result


def _plan(
    lines: Sequence[ProductLine],
    known: KnownCatalogue,
    outlet: Outlet,
    actor: StaffMember,
    *,
    is_locked: bool = False,
) -> Planned:
    """Plan some lines; what is known is read for all of them at once."""
    products = find_by_skus(line.sku for line in lines)
    known.read(
        products.locked() if is_locked else products, [line.details for line in lines]
    )
    counts = _imported_counts(outlet, lines, known)
    planned = Planned()
    result = planned.result
    for line in lines:
        try:
            plan = _plan_line(line, known, actor)
        except DomainError as error:
            result.problems.append(Problem(line.line, str(error)))
            continue
        plan.accept(known)
        planned.products.append(plan)
        if plan.before is None:
            result.created += 1
        elif plan.changes:
            result.changed += 1
        else:
            result.unchanged += 1
        if count := _plan_count(line, plan.product, outlet, counts):
            planned.counts.append(count)
    result.counted = len(planned.counts)
    return planned


def _plan_line(
    line: ProductLine, known: KnownCatalogue, actor: StaffMember
) -> ProductPlan:
    product = known.products.get(code_key(line.sku))
    if product is None:
        _require_whole(line)
        plan = plan_new(known, sku=line.sku, details=line.details)
    else:
        plan = plan_change(known, product=product, details=line.details, actor=actor)
    if line.stock is not None:
        validate_count(line.stock, plan.product)
    return plan


def _require_whole(line: ProductLine) -> None:
    """Refuse a new product without a name or a price."""
    details = line.details
    has_price = "price" in details or details.get("is_open_price")
    for column, is_said in (("name", "name" in details), ("price", has_price)):
        if not is_said:
            problem = _("a new product needs one.")
            raise InvalidFieldError(field=column, problem=problem)


def _plan_count(
    line: ProductLine, product: Product, outlet: Outlet, known: Mapping[UUID, object]
) -> Count | None:
    """Return the count that is new; None if the product's last import said the same.

    Counts are posted together at the end of a batch, so that sales wait for their stock
    as briefly as possible.
    """
    if line.stock is None:
        return None
    number, last = 0, None
    while (uid := _count_uid(outlet, product, number)) in known:
        number, last = number + 1, known[uid]
    return Count(uid, product, line.stock) if last != line.stock else None


def _count_uid(outlet: Outlet, product: Product, number: int) -> UUID:
    """Return the source of the product's count by its n-th import, from 0."""
    return uuid5(outlet.uid, f"import of {product.uid}, count {number}")


def _imported_counts(
    outlet: Outlet, lines: Sequence[ProductLine], known: KnownCatalogue
) -> dict[UUID, object]:
    """Return what was counted of the lines' products at the outlet, by the source."""
    products = (
        known.products.get(code_key(line.sku))
        for line in lines
        if line.stock is not None
    )
    keys = [product.pk for product in products if product is not None and product.pk]
    if not keys:
        return {}
    counts = StockMovement.objects.of_company(outlet.company_id).filter(
        kind=StockMovement.Kind.COUNT,
        stock_item__outlet=outlet,
        stock_item__product__in=keys,
    )
    return dict(counts.values_list("source", "counted"))
