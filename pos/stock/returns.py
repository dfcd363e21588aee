"""Take goods back from a customer: onto the shelf, or off the books again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from pos.core.money import ZERO
from pos.core.prepared import Param, PreparedUpdate, any_of, value_at_position
from pos.models import Outlet, Product, StaffMember, StockItem, StockMovement
from pos.stock.issue import Move, append_movements, lock_stock_items


@dataclass(frozen=True, slots=True)
class Return:
    """A quantity of one product that came back, for one line of the source."""

    line: int
    product: Product
    quantity: Decimal
    is_restocked: bool


PUT_BACK = PreparedUpdate(
    StockItem.objects.filter(any_of("pk", Param("items"))),
    on_hand=F("on_hand") + value_at_position("quantities", "products", "product_id"),
)


@transaction.atomic(savepoint=False)
def return_stock(
    *,
    outlet: Outlet,
    returns: Sequence[Return],
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> None:
    """Take the quantities back at the outlet, with one movement for each line.

    What is not fit for the shelf is written off at once, by a second movement, so
    that on hand does not change. Products that are not tracked are skipped; those no
    longer sold are not. Stock items are locked lowest key first. The caller
    holds no lock on other stock, and posts a source once.
    """
    returns = [back for back in returns if back.product.is_tracked]
    if not returns:
        return
    restocked: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for back in returns:
        restocked[back.product.pk] += back.quantity if back.is_restocked else ZERO
    items = lock_stock_items(outlet=outlet, product_ids=restocked.keys())
    moves = []
    for back in returns:
        item = items[back.product.pk]
        moves.append(Move(StockMovement.Kind.REFUND, item, back.quantity, back.line))
        if not back.is_restocked:
            moves.append(
                Move(StockMovement.Kind.WRITE_OFF, item, -back.quantity, back.line)
            )
    append_movements(
        moves,
        along=PUT_BACK.bind(
            items=[item.pk for item in items.values()],
            products=list(restocked.keys()),
            quantities=list(restocked.values()),
        ),
        company_id=outlet.company_id,
        source=source,
        actor=actor,
        at=at,
    )
