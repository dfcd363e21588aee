"""Demo acts besides sales: refund, exchange, confirm, correct and void."""

from decimal import Decimal

from pos.access.demo_staff import HAFIZ
from sales.basket.create import NewLine, create_open_sale
from sales.basket.void import void_sale
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.demo.build.rows import DemoRows
from sales.demo.build.sell import CARD
from sales.demo.plan.facts import (
    PlannedConfirmation,
    PlannedCorrection,
    PlannedExchange,
    PlannedRefund,
    PlannedShift,
    PlannedVoid,
)
from sales.demo.uids import demo_uid
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine
from sales.refunds.with_receipt import refund_sale


def take_back(rows: DemoRows, shift: PlannedShift, plan: PlannedRefund) -> None:
    original = rows.sale(plan.sale)
    line = original.lines.get(sku=plan.sku)
    refund_sale(
        uid=demo_uid(plan.key),
        original=original.uid,
        lines=[ReturnedLine(line.uid, Decimal(1), plan.is_restocked)],
        reason=plan.reason,
        actor=rows.cashier(shift),
        till=rows.tills[shift.till],
        at=plan.at,
    )


def exchange(rows: DemoRows, shift: PlannedShift, plan: PlannedExchange) -> None:
    """Exchange one piece; the price difference is paid by card."""
    cashier, till = rows.cashier(shift), rows.tills[shift.till]
    original = rows.sale(plan.sale)
    line = original.lines.get(sku=plan.sku)
    instead = create_open_sale(
        uid=demo_uid(f"new {plan.key}"),
        till=till,
        lines=[NewLine(rows.products[plan.instead.sku], Decimal(1))],
        actor=cashier,
        customer=original.customer,
        at=plan.at,
    )
    difference = [TenderInput(CARD, plan.difference)] if plan.difference else []
    exchange_sale(
        refund_uid=demo_uid(plan.key),
        original=original.uid,
        lines=[ReturnedLine(line.uid, Decimal(1), is_restocked=True)],
        sale_uid=instead.uid,
        tenders=difference,
        reason=plan.reason,
        actor=cashier,
        till=till,
        at=plan.at,
    )


def confirm(rows: DemoRows, shift: PlannedShift, plan: PlannedConfirmation) -> None:
    confirm_tender(
        uid=demo_uid(f"confirmation {plan.sale}"),
        tender=rows.sale(plan.sale).tenders.get(),
        reference=plan.reference,
        actor=rows.cashier(shift),
        at=plan.at,
    )


def correct(rows: DemoRows, shift: PlannedShift, plan: PlannedCorrection) -> None:
    correct_tender(
        uid=demo_uid(f"correction {plan.sale}"),
        tender=rows.sale(plan.sale).tenders.get(),
        kind=plan.kind,
        reference="",
        reason=plan.reason,
        actor=rows.cashier(shift),
        approved_by=rows.staff[HAFIZ.username],
        at=plan.at,
    )


def void(rows: DemoRows, shift: PlannedShift, plan: PlannedVoid) -> None:
    cashier = rows.cashier(shift)
    sale = create_open_sale(
        uid=demo_uid(plan.key),
        till=rows.tills[shift.till],
        lines=rows.new_lines(plan.lines),
        actor=cashier,
        at=plan.at,
    )
    void_sale(uid=sale.uid, reason=plan.reason, actor=cashier, at=plan.at)
