"""Part payment steps: money is taken for a basket, and given back."""

from functools import partial
from uuid import UUID

from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from tests.simulation.arithmetic import VOUCHER, PlainTenderInput, Rules, round_cash
from tests.simulation.baskets import scan
from tests.simulation.model import PlainShop
from tests.simulation.payments import NOT_CASH, as_payments, waits
from tests.simulation.rows import GIVEN_BACK, OPEN, PARKED, TAKEN, PlainPart, PlainSale
from tests.simulation.world import World


def take_part(world: World) -> None:
    """Part of what a basket costs is taken, and perhaps said to be twice."""
    choose = world.choose
    full = [sale for sale in world.sales(OPEN, PARKED) if sale.active_lines]
    if choose.once_in(15):
        full = list(world.plain.sales.values())
    if not full:
        scan(world)
        return
    sale = choose.among(full)
    handed = _handed_over(world, sale)
    till = _till_of(world, sale)
    part = PlainPart(world.uid(), handed)
    expected = _cannot_take(world.plain, sale, handed, till=till)
    if not expected:
        sale.parts.append(part)
        _move(world.plain, sale, till, part, TAKEN)
    for _ in range(2 if choose.once_in(4) else 1):
        _ask_to_take(world, sale, till, part, handed, expected)
    if not expected and choose.once_in(4):
        other = handed._replace(amount=handed.amount + 5)
        _ask_to_take(world, sale, till, part, other, "different_repeat")
    world.mark_changed(sale)


def give_back(world: World) -> None:
    """A part is given back; one that has ended cannot be."""
    choose = world.choose
    parts = [(sale, part) for sale in world.plain.sales.values() for part in sale.parts]
    held = [pair for pair in parts if pair[1].event == TAKEN]
    if held and not choose.once_in(6):
        parts = held
    if not parts:
        take_part(world)
        return
    sale, part = choose.among(parts)
    till = _till_of(world, sale)
    expected = "part_payment_ended"
    if part.event == TAKEN:
        expected = _is_not_here(world.plain, sale, till)
        if not expected:
            part.event = GIVEN_BACK
            _move(world.plain, sale, till, part, GIVEN_BACK)
    ask = partial(_ask_to_give_back, world, sale, till, part)
    uid = world.uid()
    for _ in range(2 if choose.once_in(4) else 1):
        ask(uid, expected)
    if not expected and choose.once_in(4):
        ask(world.uid(), "part_payment_ended")
    world.mark_changed(sale)


def _till_of(world: World, sale: PlainSale) -> str:
    """The basket's, most of the time."""
    if world.choose.once_in(20):
        return world.choose.among(list(world.plain.tills))
    return sale.till


def _handed_over(world: World, sale: PlainSale) -> PlainTenderInput:
    """Part of what is left, now and then all of it, too much, or no money."""
    choose, rules = world.choose, world.plain.rules
    kind = choose.among(("cash", "cash", *NOT_CASH))
    left, in_cash = _left(sale, rules)
    if kind != "cash":
        handed = PlainTenderInput(
            kind, choose.integer(1, max(left, 1)), waits(world, kind)
        )
    else:
        coins = choose.integer(1, max(in_cash // rules.coin, 1))
        handed = PlainTenderInput(kind, (coins + choose.among((0, 0, 40))) * rules.coin)
    if not choose.once_in(8):
        return handed
    return choose.among(
        (
            PlainTenderInput("nets", handed.amount),
            PlainTenderInput("cash", handed.amount, is_pending=True),
            handed._replace(amount=0),
            handed._replace(amount=handed.amount + 1),
            handed._replace(amount=handed.amount + rules.change_limit),
            handed._replace(amount=rules.typed_max + 1),
        )
    )


def _left(sale: PlainSale, rules: Rules) -> tuple[int, int]:
    """What is left to pay, exactly and in cash."""
    held = sale.parts_that_are(TAKEN)
    cash = sum(handed.amount for handed in held if handed.kind == "cash")
    left = sale.payable - sum(h.amount for h in held if h.kind != "cash")
    if left <= 0:
        return 0, 0
    return max(left - cash, 0), max(round_cash(left, rules) - cash, 0)


def _is_not_here(plain: PlainShop, sale: PlainSale, till: str) -> str:
    """Why no money moves for the basket at this till; empty if it does."""
    if not sale.is_unfinished:
        return "sale_not_open"
    if till != sale.till:
        return "sale_elsewhere"
    return "" if plain.tills[till].shift else "no_open_shift"


def _cannot_take(
    plain: PlainShop, sale: PlainSale, handed: PlainTenderInput, *, till: str
) -> str:
    rules, is_cash = plain.rules, handed.kind == "cash"
    if refusal := _is_not_here(plain, sale, till):
        return refusal
    left, in_cash = _left(sale, rules)
    reasons = {
        "empty_sale": not sale.active_lines,
        "unknown_tender": handed.kind not in rules.accepted,
        "cash_pending": handed.is_pending and is_cash,
        "voucher_pending": handed.is_pending and handed.kind == VOUCHER,
        "invalid_amount": handed.amount <= 0,
        "amount_too_large": handed.amount > rules.typed_max,
        "not_payable": is_cash and handed.amount % rules.coin,
        "change_too_much": is_cash and handed.amount - in_cash >= rules.change_limit,
        "tender_too_much": not is_cash and handed.amount > left,
    }
    return next((code for code, applies in reasons.items() if applies), "")


def _move(
    plain: PlainShop, sale: PlainSale, till: str, part: PlainPart, event: str
) -> None:
    shift = plain.tills[till].shift
    assert shift is not None
    amount = part.handed.amount
    shift.move_part(part.handed.kind, event, amount if event == TAKEN else -amount)
    plain.wrote("part payments")
    sale.revision += 1


def _ask_to_take(  # noqa: PLR0913  each is a fact of the payment
    world: World,
    sale: PlainSale,
    till: str,
    part: PlainPart,
    handed: PlainTenderInput,
    expected: str,
) -> None:
    (payment,) = as_payments(world, [handed])
    world.call_service(
        f"take {handed} of {sale.payable} at till {till}",
        expected,
        lambda: take_part_payment(
            uid=part.uid,
            sale_uid=sale.uid,
            payment=payment,
            actor=world.shop.cashier,
            till=world.shop.tills[till],
            at=world.now,
        ),
    )


def _ask_to_give_back(  # noqa: PLR0913  each is a fact of the return
    world: World, sale: PlainSale, till: str, part: PlainPart, uid: UUID, expected: str
) -> None:
    world.call_service(
        f"give {part.handed} back at till {till}",
        expected,
        lambda: give_back_part_payment(
            uid=uid,
            sale_uid=sale.uid,
            part_uid=part.uid,
            actor=world.shop.cashier,
            till=world.shop.tills[till],
            at=world.now,
        ),
    )
