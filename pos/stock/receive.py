"""Receive: goods come into stock, and a count corrects it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import (
    DifferentRepeatError,
    FractionalQuantityError,
    InvalidCountError,
    InvalidQuantityError,
    NotOfThisCompanyError,
)
from pos.core.money import ZERO
from pos.core.prepared_rows import PreparedRowInsert, PreparedRowUpdate
from pos.core.reasons import require_reason
from pos.core.transactions import atomic_with_retry
from pos.models import Outlet, Product, StaffMember, StockItem, StockMovement
from pos.stock.errors import NothingReceivedError, NotTrackedError
from pos.stock.issue import lock_stock_items

QUANTITY_LIMIT = Decimal(10_000_000)

Kind = StockMovement.Kind
MOVEMENTS = PreparedRowInsert(StockMovement)
ON_HAND = PreparedRowUpdate(StockItem, ["on_hand"])


@atomic_with_retry
def receive_stock(
    *,
    uid: UUID,
    outlet: Outlet,
    quantities: Mapping[int, Decimal],
    reason: str,
    actor: StaffMember,
    at: datetime | None = None,
) -> list[StockMovement]:
    """Add goods that came in to stock, with one movement for each product.

    ``quantities`` are above zero, in each product's own unit, by the product's
    key. ``reason`` may be empty, or hold the delivery note's number.
    A stock item is made on first use. A repeat with the same ``uid`` and content
    moves nothing and returns the first movements.

    Raises:
        NotAllowedError: the actor may not receive stock.
        NothingReceivedError: there are no quantities.
        InvalidQuantityError, FractionalQuantityError: a quantity cannot be one.
        ReasonNeededError: the reason is too long.
        NotOfThisCompanyError: the outlet or a product is not the actor's company's.
        NotTrackedError: the stock of a product is not counted.
        DifferentRepeatError: the ``uid`` was used for something else.
    """
    require(actor, "pos.receive_stock", subject=outlet)
    if not quantities:
        raise NothingReceivedError
    reason = require_reason(reason.strip(), may_be_empty=True)
    products = _products(outlet, quantities)
    for pk, product in products.items():
        _validate_quantity(quantities[pk], product)
    items = lock_stock_items(outlet=outlet, product_ids=list(products))
    posted = list(_movements_of(outlet, [uid]))
    if posted:
        _require_same_receipt(posted, items, quantities, reason)
        return posted
    moved_at = at or database_now()
    movements = [
        StockMovement(
            company_id=outlet.company_id,
            stock_item=items[pk],
            kind=Kind.RECEIVE,
            quantity=quantities[pk],
            reason=reason,
            source=uid,
            source_line=line,
            staff_member=actor,
            moved_at=moved_at,
        )
        for line, pk in enumerate(sorted(products), start=1)
    ]
    _post(movements)
    record(
        Act.STOCK_RECEIVED,
        actor=actor,
        subject=outlet,
        facts={
            "quantities": {p.sku: quantities[pk] for pk, p in products.items()},
            "reason": reason,
        },
        at=moved_at,
    )
    return movements


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of one product; ``uid`` makes a repeat harmless."""

    uid: UUID
    product: Product
    counted: Decimal


@atomic_with_retry
def count_stock(  # noqa: PLR0913  each is a fact of the count
    *,
    uid: UUID,
    outlet: Outlet,
    product: Product,
    counted: Decimal,
    reason: str,
    actor: StaffMember,
    at: datetime | None = None,
) -> StockMovement:
    """Correct the stock of one product by a count; see :func:`post_counts`."""
    counts = [Count(uid, product, counted)]
    movements = post_counts(
        outlet=outlet, counts=counts, reason=reason, actor=actor, at=at
    )
    return movements[0]


@atomic_with_retry
def post_counts(
    *,
    outlet: Outlet,
    counts: Sequence[Count],
    reason: str,
    actor: StaffMember,
    at: datetime | None = None,
) -> list[StockMovement]:
    """Correct stock to what was found on the shelf; each variance is a movement.

    A product is counted once at most, zero or more of it, in its own unit. With
    ``at`` in the past, the variance is measured against the stock recorded then, so
    that later movements stay in effect. A count that agrees is also recorded, with a
    variance of zero. A repeat with the same ``uid`` and
    content changes nothing and returns the first movement.

    Raises:
        InvalidCountError, FractionalQuantityError: a count cannot be one.
        ReasonNeededError: there is no reason, or too long a one.
        NotOfThisCompanyError: outlet or product is not the actor's company's.
        NotAllowedError: the actor may not post a stock count.
        NotTrackedError: the stock of a product is not counted.
        DifferentRepeatError: a ``uid`` was used for something else.
    """
    require(actor, "pos.count_stock", subject=outlet)
    reason = require_reason(reason.strip())
    found = {count.product.pk: count.counted for count in counts}
    if len(found) != len(counts):
        raise ValueError("a product is counted twice")
    products = _products(outlet, found)
    for pk, product in products.items():
        validate_count(found[pk], product)
    items = lock_stock_items(outlet=outlet, product_ids=list(products))
    posted = _find_posted(outlet, [count.uid for count in counts])
    moved_at = at or database_now()
    movements = []
    for count in counts:
        item = items[count.product.pk]
        first = posted.get(count.uid)
        if first and (first.kind, first.stock_item_id, first.counted, first.reason) != (
            Kind.COUNT,
            item.pk,
            count.counted,
            reason,
        ):
            raise DifferentRepeatError
        movement = StockMovement(
            company_id=outlet.company_id,
            stock_item=item,
            kind=Kind.COUNT,
            quantity=count.counted - _on_hand(item, at),
            counted=count.counted,
            reason=reason,
            source=count.uid,
            staff_member=actor,
            moved_at=moved_at,
        )
        movements.append(first or movement)
    new = [movement for movement in movements if movement.pk is None]
    _post(new)
    _record_counts(outlet, new, products=products, reason=reason, actor=actor)
    return movements


def _record_counts(
    outlet: Outlet,
    movements: Sequence[StockMovement],
    *,
    products: Mapping[int, Product],
    reason: str,
    actor: StaffMember,
) -> None:
    """Write what was counted into the audit trail, as one act."""
    if not movements:
        return
    counted = {m.stock_item.product_id: m for m in movements}
    record(
        Act.STOCK_COUNTED,
        actor=actor,
        subject=outlet,
        facts={"reason": reason},
        changes={
            products[pk].sku: ((m.counted or ZERO) - m.quantity, m.counted)
            for pk, m in counted.items()
        },
        at=movements[0].moved_at,
    )


def validate_count(counted: Decimal, product: Product) -> None:
    """Refuse what cannot be the count of this product.

    Raises InvalidCountError, FractionalQuantityError or NotTrackedError.
    """
    if not product.is_tracked:
        raise NotTrackedError(product=product)
    if not (counted.is_finite() and 0 <= counted < QUANTITY_LIMIT):
        raise InvalidCountError(limit=QUANTITY_LIMIT)
    _validate_places(counted, product, InvalidCountError)


def _products(outlet: Outlet, quantities: Mapping[int, Decimal]) -> dict[int, Product]:
    """Return the products by key; refuse one of another company or not tracked."""
    products = Product.objects.of_company(outlet.company_id).in_bulk(list(quantities))
    if products.keys() != set(quantities):
        raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
    for product in products.values():
        if not product.is_tracked:
            raise NotTrackedError(product=product)
    return products


def _validate_quantity(quantity: Decimal, product: Product) -> None:
    if not (quantity.is_finite() and 0 < quantity < QUANTITY_LIMIT):
        raise InvalidQuantityError(limit=QUANTITY_LIMIT)
    _validate_places(quantity, product, InvalidQuantityError)


def _validate_places(
    quantity: Decimal,
    product: Product,
    refusal: type[InvalidCountError | InvalidQuantityError],
) -> None:
    if product.is_sold_by_the_piece and quantity != quantity.to_integral_value():
        raise FractionalQuantityError(product=product)
    if quantity != quantity.quantize(Decimal("0.001")):
        raise refusal(limit=QUANTITY_LIMIT)


def _on_hand(item: StockItem, at: datetime | None) -> Decimal:
    """Return the stock recorded at that moment, or now if there is none."""
    if at is None:
        return item.on_hand
    since = item.movements.filter(moved_at__gt=at)
    moved: Decimal = since.aggregate(moved=Sum("quantity", default=ZERO))["moved"]
    return item.on_hand - moved


def _movements_of(outlet: Outlet, uids: list[UUID]) -> QuerySet[StockMovement]:
    """Return the movements of these uids. The stock items are locked by then."""
    movements = StockMovement.objects.of_company(outlet.company_id)
    return movements.filter(source__in=uids).order_by("source_line")


def _find_posted(outlet: Outlet, uids: list[UUID]) -> dict[UUID, StockMovement]:
    return {movement.source: movement for movement in _movements_of(outlet, uids)}


def _require_same_receipt(
    posted: list[StockMovement],
    items: Mapping[int, StockItem],
    quantities: Mapping[int, Decimal],
    reason: str,
) -> None:
    recorded = {
        (movement.kind, movement.stock_item_id, movement.quantity, movement.reason)
        for movement in posted
    }
    if recorded != {
        (Kind.RECEIVE, items[pk].pk, quantity, reason)
        for pk, quantity in quantities.items()
    }:
        raise DifferentRepeatError


def _post(movements: list[StockMovement]) -> None:
    """Append to the ledger and change the stock items, which are locked."""
    try:
        with transaction.atomic():
            MOVEMENTS.run(movements)
    except IntegrityError as error:
        # The same uid came for other goods at the same moment, under other locks.
        if "stock_moves_once_per_source_line" not in str(error):
            raise
        raise DifferentRepeatError from error
    for movement in movements:
        movement.stock_item.on_hand += movement.quantity
    ON_HAND.run([movement.stock_item for movement in movements])
