"""Drawer steps: opened with a float, cash moved, counted, closed with a Z report."""

from typing import Any

from pos.models import StaffMember
from sales.models import CashMovement
from sales.shifts.cash_movements import CashMove, record_cash_movement, record_count
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.simulation.rows import PlainShift, PlainTill
from tests.simulation.world import World


def begin_shift(world: World) -> None:
    """A till opens with a float; one that is open cannot."""
    tills = world.plain.tills
    closed = [code for code, till in tills.items() if till.shift is None]
    if closed or world.choose.once_in(6):
        open_till(world, world.choose.among(closed or list(tills)))
    else:
        move_cash(world)


def open_till(world: World, code: str) -> None:
    """Open the till, now and then by notes and coins, or twice."""
    choose, plain = world.choose, world.plain
    opening = choose.integer(1, 200) * 50
    pieces: dict[str, int] | None = None
    refusal = ""
    if world.shop.company.currency == "SGD" and choose.once_in(2):
        pieces = {"0.50": opening // 50}
        if choose.once_in(6):
            pieces = {"0.50": opening // 50 + 1}
            refusal = "pieces_differ"
    uid = world.uid()
    expected = refusal or plain.open_shift(uid, code, opening)
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"open till {code} with {opening}",
            expected,
            lambda: open_shift(
                uid=uid,
                till=world.shop.tills[code],
                opening_float=world.shop.money(opening),
                actor=world.shop.cashier,
                pieces=pieces,
                at=world.now,
            ),
        )
    world.changed_tills.add(code)


def move_cash(world: World) -> None:
    """Cash goes in or out, or the drawer is only opened; perhaps posted twice."""
    choose, plain = world.choose, world.plain
    till = choose.among(list(plain.tills.values()))
    kind = choose.among(CashMovement.Kind.values)
    coin = choose.among((5, 5, 5, 1))
    amount = 0 if kind == "no_sale" else choose.integer(1, 600) * coin
    approver = choose.among((world.shop.owner, None))
    refusal = ""
    if choose.once_in(10):
        amount, refusal = (5 if kind == "no_sale" else 0), "invalid_amount"
    elif kind != "no_sale" and choose.once_in(20):
        amount, refusal = plain.rules.typed_max + 1, "amount_too_large"
    elif amount % plain.rules.coin:
        refusal = "not_payable"
    elif till.shift is None:
        refusal = "no_open_shift"
    elif kind == "no_sale" and approver is None:
        refusal = "approval_needed"
    uid = world.uid()
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"{kind} {amount} at till {till.code}",
            refusal,
            lambda: record_cash_movement(
                uid=uid,
                till=world.shop.tills[till.code],
                move=CashMove(kind, world.shop.money(amount), "as agreed"),
                actor=world.shop.cashier,
                approved_by=approver,
                at=world.now,
            ),
        )
    if not refusal and till.shift:
        till.shift.cash += amount if kind == "pay_in" else -amount
        plain.wrote("movements")
    world.changed_tills.add(till.code)


def count_drawer(world: World) -> None:
    """The drawer is counted without being closed."""
    shift = _any_shift(world)
    if shift is None:
        return
    counted = max(shift.cash + world.choose.among((0, 5, -100)), 0)
    world.call_service(
        f"count {counted} at till {shift.till}",
        "" if shift.is_open else "shift_closed",
        lambda: record_count(
            uid=world.uid(),
            shift=world.shop.shift(shift.uid),
            total=world.shop.money(counted),
            actor=world.shop.cashier,
            at=world.now,
        ),
    )
    if shift.is_open:
        shift.last_count = counted
        world.plain.wrote("counts")


def end_shift(world: World) -> None:
    """The drawer is counted and the shift closed; baskets are set aside."""
    opened = [till for till in world.plain.tills.values() if till.shift]
    if not opened:
        begin_shift(world)
        return
    till = world.choose.among(opened)
    shift = till.shift
    assert shift is not None
    for sale in world.plain.held_at(till.code):
        world.mark_changed(sale)
    if _close(world, till, shift) or world.choose.once_in(2):
        return
    counted = max(shift.cash, 0)
    world.plain.close_shift(till.code, counted)
    agreed = {"variance_reason": "counted twice", "approved_by": world.shop.owner}
    _ask_to_close(world, shift, counted, "", **agreed)


def _close(world: World, till: PlainTill, shift: PlainShift) -> bool:
    """Close it with what is counted, right or not; return whether it is closed."""
    choose = world.choose
    counted = max(shift.cash + choose.among((0, 0, 0, -5, 10, -2000)), 0)
    closing: dict[str, Any] = {
        "variance_reason": choose.among(("miscounted", "")),
        "approved_by": choose.among((world.shop.owner, None, world.shop.cashier)),
    }
    if choose.once_in(4):
        seen = shift.cash + choose.among((0, 100))
        closing["expected"] = world.shop.money(seen)
    expected = _refusal(world, shift, counted, closing)
    if not expected:
        world.plain.close_shift(till.code, counted)
    _ask_to_close(world, shift, counted, expected, **closing)
    if not expected and choose.once_in(3):
        _ask_to_close(world, shift, counted, "")
        _ask_to_close(world, shift, counted + 1, "shift_closed")
    return not expected


def _refusal(
    world: World, shift: PlainShift, counted: int, closing: dict[str, Any]
) -> str:
    seen = closing.get("expected")
    if seen is not None and seen != world.shop.money(shift.cash):
        return "stale_count"
    variance = abs(counted - shift.cash)
    approver: StaffMember | None = closing["approved_by"]
    if variance and not closing["variance_reason"]:
        return "variance_reason"
    if variance > world.plain.rules.variance_max and approver != world.shop.owner:
        return "approver_may_not" if approver else "approval_needed"
    return ""


def _ask_to_close(
    world: World, shift: PlainShift, counted: int, refusal: str, **closing: Any
) -> None:
    world.call_service(
        f"close till {shift.till} with {counted} of {shift.cash}",
        refusal,
        lambda: close_shift(
            uid=shift.uid,
            counted_cash=world.shop.money(counted),
            actor=world.shop.cashier,
            at=world.now,
            **closing,
        ),
    )
    world.changed_tills.add(shift.till)
    world.changed_shifts.add(shift.uid)


def _any_shift(world: World) -> PlainShift | None:
    """A shift to act on, most of the time an open one."""
    shifts = list(world.plain.shifts.values())
    opened = [shift for shift in shifts if shift.is_open]
    if opened and not world.choose.once_in(5):
        shifts = opened
    return world.choose.among(shifts) if shifts else None
