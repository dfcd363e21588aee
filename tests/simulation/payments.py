"""Payment steps: a basket is paid or voided."""

from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from tests.simulation.arithmetic import VOUCHER, PlainTenderInput, round_cash
from tests.simulation.baskets import scan
from tests.simulation.rows import FINALIZED, OPEN, PARKED, USED, VOIDED, PlainSale
from tests.simulation.world import World

Tenders = list[PlainTenderInput]

NOT_CASH = ("card", "paynow", VOUCHER)


def pay(world: World) -> None:
    """A basket is paid in one way or several, enough or not."""
    full = [sale for sale in world.sales(OPEN, PARKED) if sale.active_lines]
    anything = list(world.plain.sales.values())
    if world.choose.once_in(15) and anything:
        full = anything
    if not full:
        scan(world)
        return
    sale = world.choose.among(full)
    tenders = handed_over(world, max(abs(sale.payable) - sale.held, 0))
    if _pay(world, sale, tenders) and world.choose.once_in(4):
        _pay(world, sale, tenders)
        _pay(world, sale, [*tenders, PlainTenderInput("card", 1)])


def give_up(world: World) -> None:
    """A basket is voided; one that was paid cannot be."""
    sales = world.sales(OPEN, PARKED)
    if world.choose.once_in(4):
        sales = list(world.plain.sales.values())
    if not sales:
        scan(world)
        return
    sale = world.choose.among(sales)
    world.call_service(
        "void",
        world.plain.void(sale),
        lambda: void_sale(
            uid=sale.uid,
            reason="changed their mind",
            actor=world.shop.cashier,
            at=world.now,
        ),
    )
    world.mark_changed(sale)


def handed_over(world: World, total: int) -> Tenders:
    """The tenders: most of the time they settle the sale."""
    choose = world.choose
    tenders: Tenders = []
    left = total
    for kind in choose.shuffle(NOT_CASH)[: choose.integer(0, 2)]:
        part = choose.integer(0, left)
        if part or choose.once_in(20):
            tenders.append(PlainTenderInput(kind, part, waits(world, kind)))
            left -= part
    if left and choose.once_in(2):
        kind = choose.among(NOT_CASH)
        tenders.append(PlainTenderInput(kind, left, waits(world, kind)))
    elif left or choose.once_in(10):
        due = round_cash(left, world.plain.rules)
        notes = choose.among((0, 0, 5, 500, 1000, 9_500))
        tenders.append(PlainTenderInput("cash", due + notes))
        if notes and choose.once_in(4):
            coin = choose.among((5, 5, 5, 1))
            tenders.append(PlainTenderInput("cash", choose.integer(0, 100) * coin))
    return _make_invalid(world, tenders)


def waits(world: World, kind: str) -> bool:
    """Whether its money is not seen yet; a voucher is there, or is refused."""
    return world.choose.once_in(20 if kind == VOUCHER else 3)


def _make_invalid(world: World, tenders: Tenders) -> Tenders:
    """Now and then it is too little, too much, or no way to pay."""
    choose = world.choose
    if not tenders or not choose.once_in(8):
        return tenders
    kind, amount, is_pending = tenders[-1]
    wrong = choose.among(
        (
            PlainTenderInput("nets", amount),
            PlainTenderInput("exchange", amount),
            PlainTenderInput("cash", amount, is_pending=True),
            PlainTenderInput(kind, amount - 1, is_pending),
            PlainTenderInput(kind, amount + 1, is_pending),
            PlainTenderInput(kind, amount + world.plain.rules.change_limit, is_pending),
        )
    )
    return [*tenders[:-1], wrong]


def is_paid_so(sale: PlainSale, tenders: Tenders) -> bool:
    """Whether a sale was paid by these tenders, or these besides what it held."""
    paid = [
        PlainTenderInput(tender.kinds[0], tender.tendered, tender.is_pending)
        for tender in sale.tenders
    ]
    return paid in (tenders, [*sale.parts_that_are(USED), *tenders])


def as_payments(world: World, tenders: Tenders) -> list[TenderInput]:
    return [
        TenderInput(kind, world.shop.money(amount), is_pending=is_pending)
        for kind, amount, is_pending in tenders
    ]


def _pay(world: World, sale: PlainSale, tenders: Tenders) -> bool:
    """Send a finalization; return whether the sale is finalized afterwards."""
    choose = world.choose
    till = sale.till
    if choose.once_in(20):
        till = choose.among(list(world.plain.tills))
    revision = sale.revision - (1 if choose.once_in(20) else 0)
    expected = _expected(world, sale, tenders, till=till, revision=revision)
    world.call_service(
        f"pay {sale.payable} with {tenders} at till {till}",
        expected,
        lambda: finalize_sale(
            uid=sale.uid,
            tenders=as_payments(world, tenders),
            actor=world.shop.cashier,
            till=world.shop.tills[till],
            revision=revision,
            at=world.now,
        ),
    )
    world.mark_changed(sale)
    return not expected and sale.status == FINALIZED


def _expected(
    world: World, sale: PlainSale, tenders: Tenders, *, till: str, revision: int
) -> str:
    """Pay in the model; return the code of a refusal."""
    if sale.status == FINALIZED and not sale.is_refund and is_paid_so(sale, tenders):
        return ""
    return not_as_seen(sale, till=till, revision=revision) or world.plain.pay(
        sale, tenders
    )


def not_as_seen(sale: PlainSale, *, till: str, revision: int | None) -> str:
    """Why it cannot be paid at all, or not like this."""
    if sale.status == FINALIZED:
        return "tenders_differ"
    if sale.status == VOIDED:
        return "sale_not_open"
    if till != sale.till:
        return "sale_elsewhere"
    return "stale" if revision not in {None, sale.revision} else ""
