"""Demo sales: makes a planned sale, with its discounts and tenders."""

from decimal import Decimal
from typing import Any

from pos.models import Company, TenderKind
from sales.basket.apply import apply_operations
from sales.basket.create import create_open_sale
from sales.basket.operations import Operation
from sales.cash.quick_sums import suggest_three_amounts
from sales.cash.rounding import cash_rule
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.checkout.vouchers import find_vouchers
from sales.demo.build.rows import DemoRows
from sales.demo.plan.facts import PlannedSale, PlannedShift
from sales.demo.plan.goods import CDC_VOUCHER
from sales.demo.uids import demo_uid
from sales.models import Sale
from sales.pricing.usable_points import find_usable_points

CASH, CARD = TenderKind.CASH.value, TenderKind.CARD.value
NETS, PAYNOW = TenderKind.NETS.value, TenderKind.PAYNOW.value
VOUCHERS = (Decimal(10), Decimal(5), Decimal(2))


def sell(rows: DemoRows, shift: PlannedShift, plan: PlannedSale) -> None:
    """Make the open sale, apply its discounts, and finalize it."""
    cashier, till = rows.cashier(shift), rows.tills[shift.till]
    sale = create_open_sale(
        uid=demo_uid(f"sale {plan.key}"),
        till=till,
        lines=rows.new_lines(plan.lines),
        actor=cashier,
        customer=rows.customers.get(plan.customer),
        at=plan.opened_at,
    )
    if acts := [*_change_mind(plan), *_list_reductions(sale, plan)]:
        basket = apply_operations(
            uid=sale.uid,
            till=till,
            operations=make_operations(plan.key, acts),
            actor=cashier,
            at=plan.at,
        )
        assert all(result.ok for result in basket.results), basket.results
        sale = basket.sale
    tenders = _make_tenders(sale, plan, rows.company)
    finalize_sale(uid=sale.uid, tenders=tenders, actor=cashier, at=plan.at)


def make_operations(
    name: str, acts: list[tuple[str, dict[str, Any]]]
) -> list[Operation]:
    """Return these acts as the operations of a new basket, in order."""
    return [
        Operation(uid=demo_uid(f"{name} {seq}"), seq=seq, kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]


def _change_mind(plan: PlannedSale) -> list[tuple[str, dict[str, Any]]]:
    """Return the acts that put a product into the basket, and take it off again."""
    if plan.taken_off is None:
        return []
    # A line has the uid of the operation that added it: the first.
    line = str(demo_uid(f"{plan.key} 1"))
    return [("add", {"code": plan.taken_off.sku}), ("remove", {"line": line})]


def _list_reductions(sale: Sale, plan: PlannedSale) -> list[tuple[str, dict[str, Any]]]:
    acts: list[tuple[str, dict[str, Any]]] = []
    for discount in plan.discounts:
        payload: dict[str, Any] = {
            "percent": discount.percent,
            "amount": discount.amount,
            "reason": discount.reason,
        }
        if discount.sku:
            line = sale.lines.get(sku=discount.sku)
            acts.append(("discount_line", payload | {"line": str(line.uid)}))
        else:
            acts.append(("discount_sale", payload))
    # Points are usable only up to what is left to pay.
    if plan.redeems_points and not acts and (points := _choose_points(sale)):
        acts.append(("redeem_points", {"points": points}))
    return acts


def _choose_points(sale: Sale) -> int:
    """Return how many points the customer can use on this sale."""
    assert sale.customer is not None
    sale.customer.refresh_from_db(fields=["points_balance"])
    points = find_usable_points(sale, sale.lines.all(), left=sale.total)
    return points.count if points else 0


def _make_tenders(sale: Sale, plan: PlannedSale, company: Company) -> list[TenderInput]:
    """Return tenders by ``way_to_pay``; cash pays what card or voucher does not."""
    way, left = plan.way_to_pay, sale.payable
    if not left:
        return []
    if way in {CARD, NETS}:
        return [TenderInput(way, left, plan.reference)]
    if way == PAYNOW:
        reference = "" if plan.is_pending else f"PN{plan.reference}"
        return [TenderInput(PAYNOW, left, reference, is_pending=plan.is_pending)]
    tenders = []
    if way == "card and cash" and (half := Decimal(int(left / 2))):
        tenders.append(TenderInput(CARD, half, plan.reference))
    if way == "voucher":
        tenders += _take_voucher(sale, company)
    left -= sum(tender.tendered for tender in tenders)
    if left:
        due = cash_rule(company).due(left)
        sums = [due, *suggest_three_amounts(due, places=company.currency_places)]
        tenders.append(TenderInput(CASH, sums[plan.note % len(sums)]))
    return tenders


def _take_voucher(sale: Sale, company: Company) -> list[TenderInput]:
    """Return the largest voucher that the goods come to; none, if they do not."""
    lines = sale.lines.active().with_restriction()
    vouchers = find_vouchers([CDC_VOUCHER.code], lines, company=company)
    most = vouchers.find_most(CDC_VOUCHER.code, {})
    faces = [face for face in VOUCHERS if face <= most]
    return [TenderInput(CDC_VOUCHER.code, faces[0])] if faces else []
