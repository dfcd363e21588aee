"""Take goods off stock for a sale."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from pos.errors import OutOfStockError
from pos.fields import QuantityField
from pos.models import Outlet, Product, StaffMember, StockItem, StockMovement
from pos.money import ZERO


@dataclass(frozen=True, slots=True)
class Issue:
    """So much of one product, for one line of the source."""

    line: int
    product: Product
    quantity: Decimal


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

    Products that are not tracked are passed over. Stock items are locked lowest
    key first; one that was never there begins at zero. The caller holds no lock
    on stock, and posts a source once.

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
            raise OutOfStockError(product=issue.product, on_hand=_plain(on_hand))
    StockItem.objects.filter(pk__in=[item.pk for item in items.values()]).update(
        on_hand=F("on_hand")
        - Case(
            *(When(product_id=pk, then=Value(wanted[pk])) for pk in wanted),
            output_field=QuantityField(),
        )
    )
    _record(issues, items, outlet.company_id, source, actor, at)


def lock_stock_items(
    *, outlet: Outlet, product_ids: Collection[int]
) -> dict[int, StockItem]:
    """Lock the stock items of these products, made at zero where missing.

    Returns them by product. The transaction is the caller's.
    """
    wanted = set(product_ids)
    here = StockItem.objects.filter(
        company_id=outlet.company_id, outlet=outlet, product_id__in=wanted
    )
    items = {item.product_id: item for item in here.locked()}
    if missing := wanted - items.keys():
        StockItem.objects.bulk_create(
            [
                StockItem(company_id=outlet.company_id, outlet=outlet, product_id=pk)
                for pk in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        items = {item.product_id: item for item in here.locked()}
    return items


def _record(
    issues: Sequence[Issue],
    items: Mapping[int, StockItem],
    company_id: int,
    source: UUID,
    actor: StaffMember,
    at: datetime,
) -> None:
    """Append the movements, in one statement however many lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pos_stockmovement
                (company_id, kind, reason, source, staff_member_id, moved_at,
                 stock_item_id, quantity, source_line)
            SELECT %s, %s, '', %s, %s, %s, item, -quantity, line
            FROM unnest(%s::bigint[], %s::numeric[], %s::int[])
                AS issued(item, quantity, line)
            """,
            [
                company_id,
                StockMovement.Kind.SALE.value,
                source,
                actor.pk,
                at,
                [items[issue.product.pk].pk for issue in issues],
                [issue.quantity for issue in issues],
                [issue.line for issue in issues],
            ],
        )


def _plain(quantity: Decimal) -> str:
    """What is left, without trailing zeros, for a sentence."""
    return f"{max(quantity, ZERO).normalize():f}"
