"""Demo days: carries out the planned shifts, and opens this morning's."""

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from customers.points.ledger import adjust_points
from pos.access.demo_staff import HAFIZ, OWNER_OF_SHOP
from pos.stock.receive import Count, post_counts
from sales.basket.apply import apply_operations
from sales.basket.operations import Operation
from sales.checkout.drawer_cash import expected_cash
from sales.demo.build.after_sale import confirm, correct, exchange, take_back, void
from sales.demo.build.cash_movements import (
    FLOAT_PIECES,
    drop_takings,
    record_usual_movement,
    split_into_pieces,
)
from sales.demo.build.rows import DemoRows
from sales.demo.build.sell import make_operations, sell
from sales.demo.plan.customers import THANKED, THANKS
from sales.demo.plan.facts import (
    PlannedConfirmation,
    PlannedCorrection,
    PlannedExchange,
    PlannedRefund,
    PlannedSale,
    PlannedShift,
    PlannedVoid,
)
from sales.demo.plan.goods import PRODUCTS
from sales.demo.plan.month import FLOAT, Month
from sales.demo.uids import demo_uid
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift

# Which function carries out which planned act.
BUILDERS: dict[type, Callable[[DemoRows, PlannedShift, Any], None]] = {
    PlannedSale: sell,
    PlannedVoid: void,
    PlannedRefund: take_back,
    PlannedExchange: exchange,
    PlannedConfirmation: confirm,
    PlannedCorrection: correct,
}

# Baskets parked at Till 1 this morning: label, customer, and quantity by SKU.
PARKED = (
    ("Red basket, uncle", "", {"JAR5": "1", "LSS640": "1", "KSP250": "1"}),
    (
        "Siti Rahmah",
        "M0002",
        {"FM1": "1", "WL400": "1", "FUJI": "2", "KEG10": "1", "TFU300": "2"},
    ),
)


def sell_day(rows: DemoRows, plan: PlannedShift) -> None:
    """Carry out one day at one till: open, sell, count and close."""
    cashier = rows.cashier(plan)
    shift = open_shift(
        uid=demo_uid(f"shift {plan.key}"),
        till=rows.tills[plan.till],
        opening_float=FLOAT,
        pieces=FLOAT_PIECES,
        actor=cashier,
        at=plan.opens_at,
    )
    for act in plan.acts:
        BUILDERS[type(act)](rows, plan, act)
    record_usual_movement(plan, shift.till, rows.staff)
    drop_takings(plan, shift, cashier)
    counted = expected_cash(shift) + plan.variance
    close_shift(
        uid=shift.uid,
        counted_cash=counted,
        pieces=split_into_pieces(counted, rows.company.currency),
        actor=cashier,
        at=plan.closes_at,
        variance_reason="Wrong change given" if plan.variance else "",
    )


def open_today(rows: DemoRows, month: Month, now: datetime | None) -> None:
    """Count the stock of this morning, open Till 1 and park two baskets.

    The README's customer gets points, so that there are some to redeem on any day.
    """
    plan = month.morning

    def limit_to_now(at: datetime) -> datetime:
        return at if now is None else min(at, now)

    post_counts(
        outlet=rows.tills[plan.till].outlet,
        counts=[
            Count(
                uid=demo_uid(f"count of {product.sku} on {month.today}"),
                product=rows.products[product.sku],
                counted=Decimal(product.on_hand),
            )
            for product in PRODUCTS
            if product.on_hand is not None
        ],
        reason="Morning count",
        actor=rows.staff[HAFIZ.username],
        at=limit_to_now(month.moment(month.today, time(6, 30))),
    )
    open_shift(
        uid=demo_uid(f"shift {plan.key}"),
        till=rows.tills[plan.till],
        opening_float=FLOAT,
        pieces=FLOAT_PIECES,
        actor=rows.cashier(plan),
        at=limit_to_now(plan.opens_at),
    )
    for sale in plan.sales:
        if limit_to_now(sale.at) == sale.at:
            sell(rows, plan, sale)
    for number, (label, customer, lines) in enumerate(PARKED):
        basket = apply_operations(
            uid=demo_uid(f"parked {number} on {month.today}"),
            till=rows.tills[plan.till],
            operations=_make_parked_basket(
                rows, f"parked {number}", label, customer, lines
            ),
            actor=rows.cashier(plan),
            at=limit_to_now(month.moment(month.today, time(8, 20 + 18 * number))),
        )
        assert all(result.ok for result in basket.results), basket.results
    adjust_points(
        uid=demo_uid(f"thanks on {month.today}"),
        customer=rows.customers[THANKED.code],
        points=THANKS,
        reason="Thanks for five years with us",
        actor=rows.staff[OWNER_OF_SHOP.username],
        at=limit_to_now(month.moment(month.today, time(8, 50))),
    )


def _make_parked_basket(
    rows: DemoRows, name: str, label: str, customer: str, lines: dict[str, str]
) -> list[Operation]:
    """Return the operations that fill a basket and park it."""
    acts: list[tuple[str, dict[str, Any]]] = [
        ("add", {"code": sku, "quantity": quantity}) for sku, quantity in lines.items()
    ]
    if customer:
        uid = str(rows.customers[customer].uid)
        acts.insert(1, ("attach_customer", {"customer": uid}))
    acts.append(("park", {"label": label}))
    return make_operations(name, acts)
