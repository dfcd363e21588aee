"""Sell in the demo minimart, as the month was planned."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from customers.models import Customer
from pos.models import Company, Outlet, Product, StaffMember, Till
from pos.services.receiving import Count, post_counts
from sales.cash import likely_three
from sales.demo.goods import PRODUCTS
from sales.demo.month import FLOAT, Month, PlannedSale, PlannedShift
from sales.demo.people import HAFIZ
from sales.demo.returns import PlannedRefund
from sales.models import Sale, Tender
from sales.payment import CASH, Payment
from sales.reports import expected_cash
from sales.services.basket import apply_operations
from sales.services.demo.drawer import (
    FLOAT_PIECES,
    as_pieces,
    drop_takings,
    move_as_usual,
)
from sales.services.demo.uids import demo_uid
from sales.services.finalize import finalize_sale
from sales.services.operations import Operation
from sales.services.refund_claims import ReturnedLine
from sales.services.refunds import refund_sale
from sales.services.ring_up import RungLine, ring_up
from sales.services.shifts import close_shift, open_shift
from sales.services.totals import cash_rule

CARD, PAYNOW = Tender.Kind.CARD.value, Tender.Kind.PAYNOW.value

# Baskets that wait at Till 1 this morning: label, customer, and what is in them.
PARKED = (
    ("Red basket, uncle", "", {"JAR5": "1", "LSS640": "1", "KSP250": "1"}),
    (
        "Siti Rahmah",
        "M0002",
        {"FM1": "1", "WL400": "1", "FUJI": "2", "KEG10": "1", "TFU300": "2"},
    ),
)


@dataclass(slots=True)
class _Shop:
    """The shop's rows by the names that the plan gives them."""

    company: Company
    tills: dict[str, Till]
    staff: dict[str, StaffMember]
    products: dict[str, Product]
    customers: dict[str, Customer]

    @classmethod
    def of(cls, company: Company) -> "_Shop":
        tills = Till.objects.of_company(company.pk).select_related("company", "outlet")
        return cls(
            company=company,
            tills={
                t.code: t for t in tills.select_related("outlet__company", "company")
            },
            staff={member.username: member for member in company.staff.all()},
            products={product.sku: product for product in company.products.all()},
            customers={customer.code: customer for customer in company.customers.all()},
        )


def trade(company: Company, plan: PlannedShift) -> None:
    """One day at one till: open, sell, count and close."""
    shop = _Shop.of(company)
    cashier = shop.staff[plan.cashier.username]
    shift = open_shift(
        uid=demo_uid(f"shift {plan.key}"),
        till=shop.tills[plan.till],
        opening_float=FLOAT,
        pieces=FLOAT_PIECES,
        actor=cashier,
        at=plan.opens_at,
    )
    acts: list[PlannedSale | PlannedRefund] = [*plan.sales, *plan.refunds]
    for each in sorted(acts, key=lambda act: act.at):
        if isinstance(each, PlannedSale):
            _sell(shop, plan, each)
        else:
            _take_back(shop, plan, each)
    move_as_usual(plan, shift.till, shop.staff)
    drop_takings(plan, shift, cashier)
    counted = expected_cash(shift) + plan.variance
    close_shift(
        uid=shift.uid,
        counted_cash=counted,
        pieces=as_pieces(counted, company.currency),
        actor=cashier,
        at=plan.closes_at,
        variance_reason="Wrong change given" if plan.variance else "",
    )


def begin_today(outlet: Outlet, month: Month, now: datetime | None) -> None:
    """This morning: the shelves counted, Till 1 open, and two baskets parked."""
    shop = _Shop.of(outlet.company)
    plan = month.morning

    def capped(at: datetime) -> datetime:
        return at if now is None else min(at, now)

    post_counts(
        outlet=outlet,
        counts=[
            Count(
                uid=demo_uid(f"count of {product.sku} on {month.today}"),
                product=shop.products[product.sku],
                counted=Decimal(product.on_hand),
            )
            for product in PRODUCTS
            if product.on_hand is not None
        ],
        reason="Morning count",
        actor=shop.staff[HAFIZ.username],
        at=capped(month.moment(month.today, time(6, 30))),
    )
    open_shift(
        uid=demo_uid(f"shift {plan.key}"),
        till=shop.tills[plan.till],
        opening_float=FLOAT,
        pieces=FLOAT_PIECES,
        actor=shop.staff[plan.cashier.username],
        at=capped(plan.opens_at),
    )
    for sale in plan.sales:
        if capped(sale.at) == sale.at:
            _sell(shop, plan, sale)
    for number, (label, customer, lines) in enumerate(PARKED):
        operations = _operations(shop, f"parked {number}", label, customer, lines)
        basket = apply_operations(
            uid=demo_uid(f"parked {number} on {month.today}"),
            till=shop.tills[plan.till],
            operations=operations,
            actor=shop.staff[plan.cashier.username],
            at=capped(month.moment(month.today, time(8, 20 + 18 * number))),
        )
        assert all(result.ok for result in basket.results), basket.results


def _sell(shop: _Shop, shift: PlannedShift, plan: PlannedSale) -> None:
    cashier = shop.staff[shift.cashier.username]
    sale = ring_up(
        uid=demo_uid(f"sale {plan.key}"),
        till=shop.tills[shift.till],
        lines=[
            RungLine(shop.products[line.product.sku], line.quantity, line.price)
            for line in plan.lines
        ],
        actor=cashier,
        customer=shop.customers.get(plan.customer),
        at=plan.at,
    )
    tenders = _tenders(sale, plan, shop.company)
    finalize_sale(uid=sale.uid, tenders=tenders, actor=cashier, at=plan.at)


def _take_back(shop: _Shop, shift: PlannedShift, plan: PlannedRefund) -> None:
    sales = Sale.objects.of_company(shop.company.pk)
    sold = sales.get(uid=demo_uid(f"sale {plan.sale}"))
    line = sold.lines.get(sku=plan.sku)
    refund_sale(
        uid=demo_uid(plan.key),
        original=sold.uid,
        lines=[ReturnedLine(line.uid, Decimal(1), plan.is_restocked)],
        reason=plan.reason,
        actor=shop.staff[shift.cashier.username],
        till=shop.tills[shift.till],
        at=plan.at,
    )


def _tenders(sale: Sale, plan: PlannedSale, company: Company) -> list[Payment]:
    if plan.way_to_pay == "card":
        return [Payment(CARD, sale.total, plan.reference)]
    if plan.way_to_pay == "paynow":
        return [Payment(PAYNOW, sale.total, f"PN{plan.reference}")]
    tenders = []
    left = sale.total
    half = Decimal(int(left / 2))
    if plan.way_to_pay == "card and cash" and half:
        tenders.append(Payment(CARD, half, plan.reference))
        left -= half
    due = cash_rule(company).due(left)
    handed = [due, *likely_three(due, places=company.currency_places)]
    return [*tenders, Payment(CASH, handed[plan.note % len(handed)])]


def _operations(
    shop: _Shop, name: str, label: str, customer: str, lines: dict[str, str]
) -> list[Operation]:
    """What a cashier did to fill a basket and to set it aside."""
    acts: list[tuple[str, dict[str, str]]] = [
        ("add", {"code": sku, "quantity": quantity}) for sku, quantity in lines.items()
    ]
    if customer:
        uid = str(shop.customers[customer].uid)
        acts.insert(1, ("attach_customer", {"customer": uid}))
    acts.append(("park", {"label": label}))
    return [
        Operation(uid=demo_uid(f"{name} {seq}"), seq=seq, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]
