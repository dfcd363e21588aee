"""Issue: goods leave stock for a sale."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func

from pos.core.money import ZERO, format_plain
from pos.core.prepared import (
    Param,
    Prepared,
    PreparedUpdate,
    any_of,
    value_at_position,
)
from pos.models import Outlet, Product, StaffMember, StockItem, StockMovement
from pos.stock.errors import OutOfStockError


@dataclass(frozen=True, slots=True)
class Issue:
    """A quantity of one product, for one line of the source."""

    line: int
    product: Product
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of a locked stock item, for one line of the source."""

    kind: StockMovement.Kind
    item: StockItem
    quantity: Decimal
    line: int


# A waiter for a stock item holds its till and customer. It gives up soon, or an item
# that is held would stop every till that sells it, and take the server's threads from
# the rest. PostgreSQL evaluates this once, before it locks the first row, and even if
# there is none; it holds to the end of the transaction, whose last locks these are.
WAITS_A_SECOND = Func(
    template="(SELECT set_config('lock_timeout', '1s', true)) = '1s'",
    output_field=BooleanField(),
)
ITEMS = Prepared(
    StockItem.objects.filter(
        WAITS_A_SECOND,
        any_of("product_id", Param("products")),
        company_id=Param("company_id"),
        outlet_id=Param("outlet_id"),
    ).locked()
)
TAKE_OFF = PreparedUpdate(
    StockItem.objects.filter(any_of("pk", Param("items"))),
    on_hand=F("on_hand") - value_at_position("quantities", "products", "product_id"),
)


@transaction.atomic(savepoint=False)
def issue_stock(
    *,
    outlet: Outlet,
    issues: Sequence[Issue],
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> None:
    """Take the quantities off stock, with one movement for each line.

    Products that are not tracked are skipped. Stock items are locked lowest key
    first; a new one starts at zero. The caller holds no lock on stock, and posts a
    source once.

    Raises:
        OutOfStockError: a product that refuses to go below zero would.
    """
    issues = [issue for issue in issues if issue.product.is_tracked]
    if not issues:
        return
    wanted: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for issue in issues:
        wanted[issue.product.pk] += issue.quantity
    items = lock_stock_items(outlet=outlet, product_ids=wanted.keys())
    for issue in issues:
        on_hand = items[issue.product.pk].on_hand
        if (
            issue.product.when_out == Product.WhenOut.REFUSE
            and on_hand < wanted[issue.product.pk]
        ):
            raise OutOfStockError(
                product=issue.product, on_hand=format_plain(max(on_hand, ZERO))
            )
    append_movements(
        [
            Move(
                StockMovement.Kind.SALE,
                items[issue.product.pk],
                -issue.quantity,
                issue.line,
            )
            for issue in issues
        ],
        along=TAKE_OFF.bind(
            items=[item.pk for item in items.values()],
            products=list(wanted.keys()),
            quantities=list(wanted.values()),
        ),
        company_id=outlet.company_id,
        source=source,
        actor=actor,
        at=at,
    )


def lock_stock_items(
    *, outlet: Outlet, product_ids: Collection[int]
) -> dict[int, StockItem]:
    """Lock the stock items of these products; a missing one is made at zero.

    Returns them by product. The transaction is the caller's. Another one that holds
    them is waited for a second, and then the database refuses the lock.
    """
    wanted = set(product_ids)
    here = {
        "company_id": outlet.company_id,
        "outlet_id": outlet.pk,
        "products": list(wanted),
    }
    items = {item.product_id: item for item in ITEMS.all(**here)}
    if missing := wanted - items.keys():
        StockItem.objects.bulk_create(
            [
                StockItem(company_id=outlet.company_id, outlet=outlet, product_id=pk)
                for pk in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        items = {item.product_id: item for item in ITEMS.all(**here)}
    return items


def append_movements(
    moves: Sequence[Move],
    *,
    along: tuple[str, Sequence[Any]],
    company_id: int,
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> None:
    """Append the movements, in one statement for any number.

    ``along`` is the update of what is on hand, which is part of it. The caller holds
    the locks of the stock items.
    """
    update, updated = along
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH along AS ({update})
            INSERT INTO pos_stockmovement
                (company_id, reason, source, staff_member_id, moved_at,
                 kind, stock_item_id, quantity, source_line)
            SELECT %s, '', %s, %s, %s, moved.*
            FROM unnest(%s::text[], %s::bigint[], %s::numeric[], %s::int[]) AS moved
            """,  # noqa: S608  compiled by the ORM
            [
                *updated,
                company_id,
                source,
                actor.pk,
                at,
                [str(move.kind) for move in moves],
                [move.item.pk for move in moves],
                [move.quantity for move in moves],
                [move.line for move in moves],
            ],
        )
