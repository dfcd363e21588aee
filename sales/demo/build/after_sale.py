"""What happens in the demo minimart once goods are paid, or are not paid after all."""

from decimal import Decimal

from sales.basket.create import RungLine, ring_up
from sales.basket.void import void_sale
from sales.checkout.settlement import Payment
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.demo.build.rows import Premises
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
from sales.refunds.refund import refund_sale
from sales.refunds.request import ReturnedLine


def take_back(premises: Premises, shift: PlannedShift, plan: PlannedRefund) -> None:
    sold = premises.sale(plan.sale)
    line = sold.lines.get(sku=plan.sku)
    refund_sale(
        uid=demo_uid(plan.key),
        original=sold.uid,
        lines=[ReturnedLine(line.uid, Decimal(1), plan.is_restocked)],
        reason=plan.reason,
        actor=premises.cashier(shift),
        till=premises.tills[shift.till],
        at=plan.at,
    )


def exchange(premises: Premises, shift: PlannedShift, plan: PlannedExchange) -> None:
    """What the other product costs beyond it is paid by card."""
    cashier, till = premises.cashier(shift), premises.tills[shift.till]
    sold = premises.sale(plan.sale)
    line = sold.lines.get(sku=plan.sku)
    instead = ring_up(
        uid=demo_uid(f"new {plan.key}"),
        till=till,
        lines=[RungLine(premises.products[plan.instead.sku], Decimal(1))],
        actor=cashier,
        customer=sold.customer,
        at=plan.at,
    )
    difference = [Payment(CARD, plan.difference)] if plan.difference else []
    exchange_sale(
        refund_uid=demo_uid(plan.key),
        original=sold.uid,
        lines=[ReturnedLine(line.uid, Decimal(1), is_restocked=True)],
        sale_uid=instead.uid,
        tenders=difference,
        reason=plan.reason,
        actor=cashier,
        till=till,
        at=plan.at,
    )


def confirm(premises: Premises, shift: PlannedShift, plan: PlannedConfirmation) -> None:
    confirm_tender(
        uid=demo_uid(f"confirmation {plan.sale}"),
        tender=premises.sale(plan.sale).tenders.get(),
        reference=plan.reference,
        actor=premises.cashier(shift),
        at=plan.at,
    )


def correct(premises: Premises, shift: PlannedShift, plan: PlannedCorrection) -> None:
    correct_tender(
        uid=demo_uid(f"correction {plan.sale}"),
        tender=premises.sale(plan.sale).tenders.get(),
        kind=plan.kind,
        reference="",
        reason=plan.reason,
        actor=premises.cashier(shift),
        at=plan.at,
    )


def give_up(premises: Premises, shift: PlannedShift, plan: PlannedVoid) -> None:
    cashier = premises.cashier(shift)
    sale = ring_up(
        uid=demo_uid(plan.key),
        till=premises.tills[shift.till],
        lines=premises.rung(plan.lines),
        actor=cashier,
        at=plan.at,
    )
    void_sale(uid=sale.uid, reason=plan.reason, actor=cashier, at=plan.at)
