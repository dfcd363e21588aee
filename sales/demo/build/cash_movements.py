"""Demo cash movements: what goes into the demo drawers and out besides sales."""

from datetime import time, timedelta
from decimal import Decimal

from pos.access.demo_staff import HAFIZ
from pos.models import StaffMember, Till
from sales.cash.denominations import split_into_denominations
from sales.checkout.drawer_cash import expected_cash
from sales.demo.plan.facts import PlannedShift
from sales.demo.uids import demo_uid
from sales.models import CashMovement, Shift
from sales.shifts.cash_movements import CashMove, record_cash_movement

Kind = CashMovement.Kind

# The notes and coins of the float: 200.00.
FLOAT_PIECES = {
    "10": 8,
    "5": 8,
    "2": 15,
    "1": 30,
    "0.50": 20,
    "0.20": 30,
    "0.10": 30,
    "0.05": 20,
}
# By day of the week: the time and the movement.
USUAL_MOVEMENTS = {
    0: (time(9, 32), CashMove(Kind.PAY_OUT, Decimal(24), "Petty cash, stamps")),
    1: (time(11, 20), CashMove(Kind.PAY_OUT, Decimal(60), "Supplier paid, ice")),
    2: (time(13, 5), CashMove(Kind.PAY_IN, Decimal(50), "Change bought, from safe")),
    3: (time(10, 41), CashMove(Kind.NO_SALE, Decimal(0), "Change for a note")),
    4: (time(11, 25), CashMove(Kind.PAY_OUT, Decimal(45), "Supplier paid, bread")),
    5: (time(15, 10), CashMove(Kind.PAY_IN, Decimal(100), "Change bought")),
    6: (time(10, 12), CashMove(Kind.NO_SALE, Decimal(0), "Drawer jam")),
}


def record_usual_movement(
    plan: PlannedShift, till: Till, staff: dict[str, StaffMember]
) -> None:
    """Record the usual cash movement of that day of the week."""
    at, move = USUAL_MOVEMENTS[plan.opens_at.weekday()]
    record_cash_movement(
        uid=demo_uid(f"movement {plan.key}"),
        till=till,
        move=move,
        actor=staff[plan.cashier.username],
        approved_by=staff[HAFIZ.username] if move.kind == Kind.NO_SALE else None,
        at=plan.opens_at.replace(hour=at.hour, minute=at.minute),
    )


def drop_takings(plan: PlannedShift, shift: Shift, actor: StaffMember) -> None:
    """Drop what is above the float into the safe, before the count."""
    takings = expected_cash(shift) - shift.opening_float
    if takings > 0:
        record_cash_movement(
            uid=demo_uid(f"drop {plan.key}"),
            till=shift.till,
            move=CashMove(Kind.DROP, takings, "Takings of the day"),
            actor=actor,
            at=plan.closes_at - timedelta(minutes=12),
        )


def split_into_pieces(amount: Decimal, currency: str) -> dict[str, int]:
    """Return the fewest notes and coins that come to the amount."""
    return {
        str(face): number
        for number, face in split_into_denominations(amount, currency=currency)
    }
