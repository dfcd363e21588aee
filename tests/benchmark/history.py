"""History: years of sales, written in bulk, for the checks to read.

Everything is worked out by the project's own functions and only the writing goes
past the services; shifts are opened and closed by them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Model

from customers.models import PointsEntry
from customers.points.arithmetic import points_for
from pos.core.ids import uuid7
from pos.models import Product, StaffMember, StockItem, StockMovement, Till
from sales.cash.rounding import cash_rule
from sales.checkout.finalize import tenders_fingerprint
from sales.checkout.fiscal_text import chain_hash, sale_text
from sales.checkout.settlement import TenderInput, settle
from sales.models import FiscalDocument, Sale, SaleLine, Shift, Tender
from sales.pricing.sale_totals import apply_totals
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.benchmark.bulk import copy_objects, next_keys

LINES = 5
SALES_OF_A_SHIFT = 500
PER_POINT = Decimal(10)


def make_years(*, sales: int) -> None:
    """Add so many sales of five lines, spread over the tills shift by shift."""
    tills = list(Till.objects.select_related("company", "outlet").order_by("pk"))
    actor = StaffMember.objects.select_related("company").get()
    shop = _Shop(
        actor=actor,
        dice=random.Random(0),
        products=list(Product.objects.order_by("pk")[:1_000]),
        items=dict(StockItem.objects.values_list("product_id", "pk")),
        balances=dict(
            actor.company.customers.values_list("pk", "points_balance")[:5_000]
        ),
    )
    for n in range(0, sales, SALES_OF_A_SHIFT):
        till = tills[n // SALES_OF_A_SHIFT % len(tills)]
        _a_shift(till, shop, min(SALES_OF_A_SHIFT, sales - n))
    with transaction.atomic():
        _settle_balances()


@dataclass
class _Shop:
    """What the sales are made of, and the points that customers have by now."""

    actor: StaffMember
    dice: random.Random
    products: list[Product]
    items: dict[int, int]
    balances: dict[int, int]


@dataclass
class _Written:
    """The rows of one shift, before they are written."""

    sales: list[Sale] = field(default_factory=list)
    lines: list[SaleLine] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)
    documents: list[FiscalDocument] = field(default_factory=list)
    movements: list[StockMovement] = field(default_factory=list)
    entries: list[PointsEntry] = field(default_factory=list)


@transaction.atomic
def _a_shift(till: Till, shop: _Shop, count: int) -> None:
    till = Till.objects.select_related("company", "outlet").get(pk=till.pk)
    till.outlet.company = till.company
    shift = Shift.objects.open().filter(till=till).first() or open_shift(
        uid=uuid7(), till=till, opening_float=Decimal(100), actor=shop.actor
    )
    customers = list(shop.balances)
    written = _Written()
    for key in next_keys("sales_sale", count):
        sale = _sale(key, till, shift, shop.actor, shop.dice.choice(customers))
        _fill(sale, written, shop.dice.sample(shop.products, LINES), shop.items)
        _finish(sale, written, till, shop.balances)
    for model, rows in _by_model(written):
        copy_objects(model, rows, with_keys=model is Sale)
    till.save(update_fields=["last_sale_number", "last_chain_no", "chain_head"])
    close_shift(
        uid=shift.uid,
        counted_cash=shift.opening_float + sum(t.amount for t in _cash(written)),
        actor=shop.actor,
    )


def _sale(key, till, shift, actor, customer_id) -> Sale:
    at = datetime.now(UTC)
    till.last_sale_number += 1
    return Sale(
        id=key,
        uid=uuid7(),
        company=till.company,
        till=till,
        status=Sale.Status.FINALIZED,
        customer_id=customer_id,
        cashier=actor,
        shift=shift,
        prices_include_tax=till.company.prices_include_tax,
        tax_rounding=till.company.tax_rounding,
        number=till.last_sale_number,
        receipt_number=f"{till.code}-S-{till.last_sale_number:06d}",
        opened_at=at,
        finalized_at=at,
        business_date=till.outlet.business_date(at),
    )


def _fill(
    sale: Sale, written: _Written, products: list[Product], items: dict[int, int]
) -> None:
    lines = [
        SaleLine(
            company=sale.company,
            sale=sale,
            position=position,
            product=product,
            sku=product.sku,
            name=product.name,
            unit=product.unit,
            quantity=Decimal(position % 3 + 1),
            unit_price=product.price,
            unit_cost=product.cost,
            tax_code=product.tax_code,
            tax_rate=Decimal("0.09"),
        )
        for position, product in enumerate(products, start=1)
    ]
    apply_totals(sale, lines, company=sale.company)
    written.sales.append(sale)
    written.lines.extend(lines)
    written.movements.extend(
        StockMovement(
            company=sale.company,
            stock_item_id=items[line.product_id],
            kind=StockMovement.Kind.SALE,
            quantity=-line.quantity,
            source=sale.uid,
            source_line=line.position,
            staff_member=sale.cashier,
            moved_at=sale.finalized_at,
        )
        for line in lines
    )


def _finish(
    sale: Sale, written: _Written, till: Till, balances: dict[int, int]
) -> None:
    payments = [TenderInput("cash", Decimal(1_000))]
    settlement = settle(sale.total, payments, rule=cash_rule(till.company))
    sale.rounding = settlement.rounding
    sale.tenders_fingerprint = tenders_fingerprint(payments)
    tender = Tender(
        company=sale.company,
        sale=sale,
        position=1,
        kind="cash",
        tendered=payments[0].tendered,
        change=settlement.changes[0],
    )
    till.last_chain_no += 1
    text = sale_text(
        sale=sale,
        till=till,
        chain_no=till.last_chain_no,
        lines=written.lines[-LINES:],
        tenders=[tender],
    )
    document = FiscalDocument(
        company=sale.company,
        till=till,
        chain_no=till.last_chain_no,
        kind=FiscalDocument.Kind.SALE,
        sale=sale,
        text=text,
        previous_hash=till.chain_head,
        hash=chain_hash(till.chain_head, text),
    )
    till.chain_head = document.hash
    written.tenders.append(tender)
    written.documents.append(document)
    points = points_for(sale.total, amount_per_point=PER_POINT)
    if points:
        balances[sale.customer_id] += points
        written.entries.append(
            PointsEntry(
                company=sale.company,
                customer_id=sale.customer_id,
                kind=PointsEntry.Kind.EARN,
                points=points,
                balance_after=balances[sale.customer_id],
                amount_per_point=PER_POINT,
                source=sale.uid,
                staff_member=sale.cashier,
                entered_at=sale.finalized_at,
            )
        )


def _cash(written: _Written) -> Iterator[Tender]:
    for tender in written.tenders:
        tender.amount = tender.tendered - tender.change
        yield tender


def _by_model(written: _Written) -> list[tuple[type[Model], Sequence[Model]]]:
    return [
        (Sale, written.sales),
        (SaleLine, written.lines),
        (Tender, written.tenders),
        (FiscalDocument, written.documents),
        (StockMovement, written.movements),
        (PointsEntry, written.entries),
    ]


def _settle_balances() -> None:
    """Set stock and points to the sums of their ledgers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "UPDATE pos_stockitem item SET on_hand = moved.quantity FROM ("
            " SELECT stock_item_id, sum(quantity) AS quantity FROM pos_stockmovement"
            " GROUP BY stock_item_id) moved WHERE moved.stock_item_id = item.id"
            " AND item.on_hand <> moved.quantity"
        )
        cursor.execute(
            "UPDATE customers_customer customer SET points_balance = entered.points"
            " FROM (SELECT customer_id, sum(points) AS points"
            " FROM customers_pointsentry GROUP BY customer_id) entered"
            " WHERE entered.customer_id = customer.id"
            " AND customer.points_balance <> entered.points"
        )
