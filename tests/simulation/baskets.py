"""Basket steps: scan, change, discount, attach, redeem, park and recall."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sales.basket.apply import Basket, apply_operations
from sales.basket.operations import Operation
from tests.simulation.arithmetic import Discount
from tests.simulation.rows import OPEN, PARKED, PlainLine, PlainSale
from tests.simulation.world import World


@dataclass(slots=True)
class Act:
    """One operation, and what it does to the model when it arrives."""

    kind: str
    payload: dict[str, Any]
    model: Callable[[UUID], str]


def scan(world: World) -> None:
    """A few products go into a basket."""
    sale = _basket(world)
    count = world.choose.integer(1, 3)
    _deliver(world, sale, [_add(world, sale) for _ in range(count)])


def change(world: World) -> None:
    """A line gets another quantity, is taken off, or comes back."""
    filled = [sale for sale in world.sales(OPEN) if sale.lines]
    sale = world.choose.among(filled) if filled else _basket(world)
    make = world.choose.among((_resize, _remove, _restore, _clear))
    acts = [make(world, sale)]
    if world.choose.once_in(2):
        acts.append(_add(world, sale))
    _deliver(world, sale, acts)


def discount(world: World) -> None:
    """A line or the whole basket costs less, or no longer does."""
    sale = _basket(world)
    make = world.choose.among((_discounted_sale, _discounted_line))
    _deliver(world, sale, [make(world, sale)])


def serve_customer(world: World) -> None:
    """A customer is attached or sent away; some of them redeem points."""
    sale = _basket(world)
    acts = [_attach(world, sale)]
    if world.choose.integer(0, 2):
        acts.append(_redeem(world, sale))
    _deliver(world, sale, acts)


def park(world: World) -> None:
    sale = _basket(world)

    def model(_: UUID) -> str:
        if not sale.active_lines:
            return "empty_sale"
        sale.status = PARKED
        return ""

    _deliver(world, sale, [Act("park", {"label": "for later"}, model)])


def recall(world: World) -> None:
    """A parked basket comes back, or one that is open goes to the other till."""
    parked = world.sales(PARKED) or world.sales(OPEN)
    if not parked:
        scan(world)
        return
    sale = world.choose.among(parked)
    code = world.choose.among(list(world.plain.tills))

    def model(_: UUID) -> str:
        sale.status, sale.till = OPEN, code
        return ""

    acts = [Act("recall", {}, model)]
    if world.choose.once_in(2):
        acts.append(_add(world, sale))
    _deliver(world, sale, acts, till=code)


def _basket(world: World) -> PlainSale:
    """An open basket; a new one where there is none, or now and then."""
    unfinished = world.sales(OPEN)
    if unfinished and not world.choose.once_in(3):
        return world.choose.among(unfinished)
    if world.choose.once_in(12) and world.plain.sales:
        return world.choose.among(list(world.plain.sales.values()))
    return PlainSale(world.uid(), world.choose.among(list(world.plain.tills)))


# --- acts ---------------------------------------------------------------------


def _add(world: World, sale: PlainSale) -> Act:
    choose = world.choose
    if choose.once_in(25):
        return Act("add", {"code": "NOBODY"}, lambda _: "unknown_code")
    product = choose.among(list(world.plain.products.values()))
    quantity = choose.integer(1, 3) * 1000
    if not product.is_whole or choose.once_in(25):
        quantity = choose.integer(1, 2999)
    payload = {"code": product.sku, "quantity": _thousandths(quantity)}
    price = product.price
    if product.asks_price:
        price = choose.integer(0, 5000)
        if choose.once_in(10):
            return Act("add", payload, lambda _: "price_needed")
        if choose.once_in(25):
            price = world.plain.rules.typed_max + 1
        payload["price"] = str(world.shop.money(price))
        if not 0 < price <= world.plain.rules.typed_max:
            refusal = "amount_too_large" if price else "price_zero"
            return Act("add", payload, lambda _: refusal)
    elif choose.once_in(25):
        return Act("add", payload | {"price": "1"}, lambda _: "price_fixed")
    return Act(
        "add",
        payload,
        lambda uid: world.plain.add(sale, uid, product.sku, quantity, price),
    )


def _resize(world: World, sale: PlainSale) -> Act:
    if not sale.lines:
        return _add(world, sale)
    line = world.choose.among(sale.lines)
    quantity = world.choose.integer(1, 6) * 1000
    if not line.product.is_whole:
        quantity = world.choose.integer(1, 5000)
    return Act(
        "set_quantity",
        {"line": str(line.uid), "quantity": _thousandths(quantity)},
        lambda _: world.plain.set_quantity(sale, line, quantity),
    )


def _remove(world: World, sale: PlainSale) -> Act:
    if not sale.lines:
        return _add(world, sale)
    line = world.choose.among(sale.lines)

    def model(uid: UUID) -> str:
        if line.removed_by:
            return "no_such_line"
        line.removed_by = uid
        return ""

    return Act("remove", {"line": str(line.uid)}, model)


def _restore(world: World, sale: PlainSale) -> Act:
    removed = [line for line in sale.lines if line.removed_by]
    if not removed:
        return _remove(world, sale)
    line = world.choose.among(removed)
    if world.choose.once_in(2):
        return Act("restore", {"line": str(line.uid)}, lambda _: _back([line]))
    uid = line.removed_by
    lines = [other for other in removed if other.removed_by == uid]
    return Act("restore", {"operation": str(uid)}, lambda _: _back(lines))


def _back(lines: list[PlainLine]) -> str:
    for line in lines:
        line.removed_by = None
    return ""


def _clear(world: World, sale: PlainSale) -> Act:
    def model(uid: UUID) -> str:
        if sale.held:
            return "money_held"
        for line in sale.active_lines:
            line.removed_by = uid
        return ""

    return Act("clear", {}, model)


def _discounted_sale(world: World, sale: PlainSale) -> Act:
    off, payload, refusal = _off(world)

    def model(_: UUID) -> str:
        if not refusal:
            sale.off = off
        return refusal

    return Act("discount_sale", payload, model)


def _discounted_line(world: World, sale: PlainSale) -> Act:
    if not sale.active_lines:
        return _discounted_sale(world, sale)
    line = world.choose.among(sale.active_lines)
    off, payload, refusal = _off(world)

    def model(_: UUID) -> str:
        if not refusal:
            line.priced.off = off
        return refusal

    return Act("discount_line", payload | {"line": str(line.uid)}, model)


def _off(world: World) -> tuple[Discount, dict[str, str], str]:
    """A discount, as it is sent, and the code of what is wrong with it."""
    choose = world.choose
    # In tenths of a percent.
    percent = choose.among((0, 50, 100, 125, 333, 1000))
    amount = choose.integer(0, 700) if choose.once_in(2) else 0
    payload = {
        "percent": str(Decimal(percent) / 10),
        "amount": str(world.shop.money(amount)),
        "reason": "for a friend",
    }
    if choose.once_in(15):
        return Discount(), payload | {"percent": "100.1"}, "invalid_discount"
    if choose.once_in(15):
        is_wrong = bool(percent or amount)
        payload["reason"] = ""
        return Discount(), payload, "discount_reason" if is_wrong else ""
    return Discount(Fraction(percent, 1000), amount), payload, ""


def _attach(world: World, sale: PlainSale) -> Act:
    if world.choose.once_in(6):
        return Act("detach_customer", {}, lambda _: world.plain.attach(sale, ""))
    code = world.choose.among(list(world.shop.customers))
    return Act(
        "attach_customer",
        {"customer": str(world.shop.customers[code].uid)},
        lambda _: world.plain.attach(sale, code),
    )


def _redeem(world: World, sale: PlainSale) -> Act:
    balance = world.plain.points.get(sale.customer, 10)
    points = world.choose.integer(0, max(balance, 0))
    if world.choose.once_in(10):
        points = max(balance, 0) + 50
    return Act(
        "redeem_points",
        {"points": points},
        lambda _: world.plain.redeem(sale, points),
    )


# --- how they arrive ------------------------------------------------------------


def _deliver(
    world: World, sale: PlainSale, acts: list[Act], *, till: str | None = None
) -> None:
    """Send the acts: at once or too early, in any order, and now and then again."""
    choose = world.choose
    code = till or sale.till
    if till is None and choose.once_in(15):
        code = choose.among(list(world.plain.tills))
    operations = [
        Operation(world.uid(), sale.seq + place, act.kind, act.payload)
        for place, act in enumerate(acts, start=1)
    ]
    if len(acts) > 1 and choose.once_in(6):
        # The later half overtakes the first, and waits for it.
        _send(world, sale, code, operations[1:], {})
    by_uid = dict(zip((op.uid for op in operations), acts, strict=True))
    answer = _send(world, sale, code, choose.shuffle(operations), by_uid)
    if answer is None:
        return
    if choose.once_in(5):
        again = _send(world, sale, code, operations, {})
        if again is not None:
            world.assert_equal(
                "the answer to a repeat",
                books=sorted(str(result.as_json()) for result in again.results),
                model=sorted(str(result.as_json()) for result in answer.results),
            )
    if choose.once_in(20):
        other = Operation(operations[0].uid, operations[0].seq, "note", {"text": "?"})
        _expect_refusal(world, sale, code, [other], "operation_differs")
    if choose.once_in(20):
        late = Operation(world.uid(), sale.seq, "note", {"text": "late"})
        _expect_refusal(world, sale, code, [late], "sequence_taken")


def _send(
    world: World,
    sale: PlainSale,
    code: str,
    operations: list[Operation],
    fresh: dict[UUID, Act],
) -> Basket | None:
    """One request; ``fresh`` are the operations that were not applied before."""
    refusal = _refusal(world, sale, code, bool(fresh))
    codes = {} if refusal else _apply(world, sale, code, operations, fresh)
    kinds = ", ".join(operation.kind for operation in operations)
    basket: Basket | None = world.call_service(
        f"{kinds} at till {code}",
        refusal,
        lambda: apply_operations(
            uid=sale.uid,
            till=world.shop.tills[code],
            operations=operations,
            actor=world.shop.cashier,
            at=world.now,
        ),
    )
    if sale.uid in world.plain.sales:
        world.mark_changed(sale)
    if basket is not None and fresh:
        answered = {result.uid: result.code for result in basket.results}
        world.assert_equal("what became of the operations", books=answered, model=codes)
        world.refusals.update(code for code in codes.values() if code)
    return basket


def _refusal(world: World, sale: PlainSale, code: str, has_fresh: bool) -> str:
    """The code that the whole request is refused with; starts a new sale."""
    if sale.uid not in world.plain.sales:
        if world.plain.tills[code].shift is None:
            return "no_open_shift"
        sale.till = code
        world.plain.sales[sale.uid] = sale
    return "sale_not_open" if has_fresh and not sale.is_unfinished else ""


def _apply(
    world: World,
    sale: PlainSale,
    code: str,
    operations: list[Operation],
    fresh: dict[UUID, Act],
) -> dict[UUID, str]:
    """Apply the operations to the model in sequence; the code of each answer."""
    codes = {}
    for operation in sorted(operations, key=lambda operation: operation.seq):
        if operation.uid not in fresh:
            continue
        act = fresh[operation.uid]
        if act.kind != "recall" and sale.status != OPEN:
            codes[operation.uid] = "sale_not_open"
        elif act.kind != "recall" and sale.till != code:
            codes[operation.uid] = "sale_elsewhere"
        else:
            codes[operation.uid] = act.model(operation.uid)
    if codes:
        sale.seq += len(codes)
        sale.revision += 1
        world.plain.reprice(sale)
        world.plain.wrote("operations", len(codes))
    return codes


def _expect_refusal(
    world: World, sale: PlainSale, code: str, operations: list[Operation], why: str
) -> None:
    world.call_service(
        f"an operation that was sent otherwise at till {code}",
        why,
        lambda: apply_operations(
            uid=sale.uid,
            till=world.shop.tills[code],
            operations=operations,
            actor=world.shop.cashier,
            at=world.now,
        ),
    )


def _thousandths(quantity: int) -> str:
    return str(Decimal(quantity).scaleb(-3))
