"""Refund steps: goods come back, some, all or too many, or are exchanged."""

from decimal import Decimal
from typing import Any

from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine, ReturnWithoutReceipt
from sales.refunds.settlement import RefundTender
from sales.refunds.with_receipt import refund_sale
from sales.refunds.without_receipt import refund_without_receipt
from tests.simulation import returns
from tests.simulation.arithmetic import (
    VOUCHER,
    Discount,
    PlainTenderInput,
    Priced,
    Settlement,
    price,
    round_cash,
)
from tests.simulation.baskets import scan
from tests.simulation.paybacks import Methods, RefundSettlement
from tests.simulation.payments import as_payments, handed_over, is_paid_so, not_as_seen
from tests.simulation.returns import PlainReturnedLine, RefundPlan, ReturnRequest
from tests.simulation.rows import (
    FINALIZED,
    OPEN,
    PARKED,
    TAKEN,
    PlainLine,
    PlainProduct,
    PlainSale,
)
from tests.simulation.world import World


def take_back(world: World) -> None:
    """Goods of one sale come back, and the request perhaps twice."""
    request = _choose_return(world)
    if request is None:
        scan(world)
        return
    expected = returns.take_back(world.plain, request)
    _ask(world, request, expected)
    if not expected and world.choose.once_in(4):
        _ask(world, request, "")
        request.backs = [*request.backs, request.backs[0]]
        _ask(world, request, "different_repeat")
    world.mark_changed(request.original)
    if not expected:
        world.mark_changed(request.refund)


def exchange(world: World) -> None:
    """Goods come back and others are taken for them, with the difference paid."""
    request = _choose_return(world)
    waiting = [sale for sale in world.sales(OPEN, PARKED) if sale.active_lines]
    if world.choose.once_in(12):
        waiting = list(world.plain.sales.values())
    if request is None or not waiting:
        scan(world)
        return
    sale = world.choose.among(waiting)
    if returns.has_equal_goods(request, sale):
        scan(world)
        return
    if not world.choose.once_in(8):
        request.refund.till = sale.till
    revision = sale.revision - (1 if world.choose.once_in(20) else 0)
    plan = returns.plan_return(world.plain, request, sale_payable=sale.payable)
    left = sale.payable - plan.exchange_credit - sale.held
    tenders = handed_over(world, max(left, 0))
    expected = _exchange(world, request, plan, sale, tenders, revision)
    _ask(world, request, expected, sale=sale, tenders=tenders, revision=revision)
    if not expected and world.choose.once_in(4):
        _ask(world, request, "", sale=sale, tenders=tenders, revision=revision)
    for changed in (request.original, sale):
        world.mark_changed(changed)
    if not expected:
        world.mark_changed(request.refund)


def _exchange(  # noqa: PLR0913  all of a refund, and all of a sale
    world: World,
    request: ReturnRequest,
    plan: RefundPlan,
    sale: PlainSale,
    tenders: list[PlainTenderInput],
    revision: int,
) -> str:
    """Exchange in the model; return the code of a refusal."""
    plain = world.plain
    if any(tender.kind == "exchange" for tender in tenders):
        return "unknown_tender"
    if any(refund.exchanged_for == sale.uid for refund in plain.sales.values()):
        return "different_repeat"
    if plan.refusal:
        return plan.refusal
    paid = _paid(world, plan, sale, tenders)
    if sale.status == FINALIZED and not sale.is_refund and is_paid_so(sale, paid):
        # The sale was paid before: only the refund is new.
        settled = Settlement()
    elif refusal := not_as_seen(sale, till=request.refund.till, revision=revision):
        return refusal
    else:
        paid = [*sale.parts_that_are(TAKEN), *paid]
        with returns.assume_returned(plain, request, plan):
            settled = plain.settled(sale, paid, [*plain.rules.accepted, "exchange"])
    if settled.refusal:
        return settled.refusal
    returns.write(plain, request, plan)
    request.refund.exchanged_for = sale.uid
    if sale.is_unfinished:
        plain.sell(sale, paid, settled)
    returns.reverse(plain, request)
    return ""


def _paid(
    world: World, plan: RefundPlan, sale: PlainSale, tenders: list[PlainTenderInput]
) -> list[PlainTenderInput]:
    """What pays the new sale: the goods first; zero cash, where no coin pays."""
    credit = plan.exchange_credit
    left = sale.payable - credit
    if left and not tenders and not round_cash(left, world.plain.rules):
        tenders = [PlainTenderInput("cash", 0)]
    return [PlainTenderInput("exchange", credit), *tenders] if credit else list(tenders)


def take_without_receipt(world: World) -> None:
    """Goods come back without a receipt."""
    choose, plain = world.choose, world.plain
    refund = PlainSale(world.uid(), choose.among(list(plain.tills)))
    goods = [
        (choose.among(list(plain.products.values())), choose.integer(1, 3) * 1000)
        for _ in range(choose.integer(1, 2))
    ]
    prices = [choose.among((None, product.price // 2)) for product, _ in goods]
    if choose.once_in(10):
        prices[0] = goods[0][0].price + 1
    request = ReturnRequest(
        refund, refund, [], _ways(world), is_approved=not choose.once_in(5)
    )
    is_restocked = not choose.once_in(4)
    expected = _without_receipt(world, request, goods, prices, is_restocked)
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"take back {[(p.sku, n) for p, n in goods]} without receipt",
            expected,
            lambda: refund_without_receipt(
                uid=refund.uid,
                lines=[
                    ReturnWithoutReceipt(
                        world.shop.products[product.sku],
                        Decimal(quantity).scaleb(-3),
                        None if at is None else world.shop.money(at),
                        is_restocked,
                    )
                    for (product, quantity), at in zip(goods, prices, strict=True)
                ],
                **_said(world, request),
            ),
        )
    if not expected:
        world.mark_changed(refund)


def _without_receipt(
    world: World,
    request: ReturnRequest,
    goods: list[tuple[PlainProduct, int]],
    prices: list[int | None],
    is_restocked: bool,
) -> str:
    """Refund in the model; return the code of a refusal."""
    plain, refund = world.plain, request.refund
    if plain.tills[refund.till].shift is None:
        return "no_open_shift"
    priced = []
    for (product, quantity), at in zip(goods, prices, strict=True):
        if refusal := _wrong_price(product, at):
            return refusal
        each = product.price if at is None else at
        priced.append(Priced(each, quantity, product.tax_code))
    price(priced, Discount(), 0, plain.rules)
    deposits = sum(product.deposit * quantity // 1000 for product, quantity in goods)
    paying = RefundSettlement.without_receipt(
        plain.rules, sum(line.total for line in priced) + deposits
    )
    repayments = paying.settle(
        request.methods or [("cash", None)], set(plain.rules.accepted) - {VOUCHER}
    )
    if isinstance(repayments, str):
        return repayments
    if not request.is_approved:
        return "approval_needed"
    plan = RefundPlan(repayments=repayments)
    for (product, _), line in zip(goods, priced, strict=True):
        line.quantity = -line.quantity
        line.listed, line.total, line.net = -line.listed, -line.total, -line.net
        plan.lines.append(PlainLine(refund.uid, len(plan.lines) + 1, product, line))
    returns.write_refund(plain, refund, plan)
    for back in plan.lines:
        returns.put_back(plain, back, is_restocked=is_restocked)
    return ""


def _wrong_price(product: PlainProduct, at: int | None) -> str:
    if product.asks_price:
        return "price_needed" if at is None else ""
    return "price_above_list" if at is not None and at > product.price else ""


# --- the request ----------------------------------------------------------


def _choose_return(world: World) -> ReturnRequest | None:
    choose = world.choose
    sold = [sale for sale in world.sales(FINALIZED) if _left(sale)]
    if choose.once_in(15):
        sold = [sale for sale in world.plain.sales.values() if sale.active_lines]
    if not sold:
        return None
    original = choose.among(sold)
    return ReturnRequest(
        PlainSale(world.uid(), choose.among(list(world.plain.tills))),
        original,
        _backs(world, original),
        _ways(world),
        is_approved=choose.once_in(2),
    )


def _left(sale: PlainSale) -> list[PlainLine]:
    """The lines of which something can still come back."""
    if sale.is_refund:
        return []
    return [line for line in sale.active_lines if line.returned < line.quantity]


def _backs(world: World, original: PlainSale) -> list[PlainReturnedLine]:
    choose = world.choose
    lines = _left(original)
    if not lines:
        return [PlainReturnedLine(line, 1000) for line in original.active_lines[:1]]
    if choose.once_in(3):
        return [
            PlainReturnedLine(
                line, line.quantity - line.returned, not choose.once_in(4)
            )
            for line in lines
        ]
    backs = []
    for line in choose.shuffle(lines)[: choose.integer(1, 2)]:
        left = line.quantity - line.returned
        quantity = choose.integer(1, left)
        if line.product.is_whole and not choose.once_in(15):
            quantity = choose.integer(1, max(left // 1000, 1)) * 1000
        if choose.once_in(12):
            quantity = left + 1000
        backs.append(PlainReturnedLine(line, quantity, not choose.once_in(4)))
    if choose.once_in(8):
        backs.append(PlainReturnedLine(backs[0].line, 1000))
    return backs


def _ways(world: World) -> Methods:
    """How it is paid back: most of the time as it was paid."""
    choose = world.choose
    kinds = world.plain.rules.accepted
    if not choose.once_in(3):
        return []
    some: list[Methods] = [
        [("cash", None)],
        [(choose.among(kinds), None)],
        [(choose.among(kinds), choose.integer(0, 400)), ("cash", None)],
        [("cash", choose.integer(1, 60) * 5), (choose.among(kinds[1:]), None)],
        [("nets", None)],
    ]
    return choose.among(some)


def _said(world: World, request: ReturnRequest) -> dict[str, Any]:
    """The arguments that every refund service takes."""
    shop = world.shop
    return {
        "reason": "not wanted",
        "actor": shop.cashier,
        "till": shop.tills[request.refund.till],
        "refund_tenders": [
            RefundTender(kind, None if amount is None else shop.money(amount))
            for kind, amount in request.methods
        ],
        "approved_by": shop.owner if request.is_approved else None,
        "at": world.now,
    }


def _ask(
    world: World,
    request: ReturnRequest,
    expected: str,
    *,
    sale: PlainSale | None = None,
    tenders: list[PlainTenderInput] | None = None,
    revision: int | None = None,
) -> None:
    """Ask for a refund, or for an exchange where there is a sale."""
    refund, original = request.refund, request.original
    goods = [(back.line.product.sku, back.quantity) for back in request.backs]
    lines = [
        ReturnedLine(
            back.line.uid, Decimal(back.quantity).scaleb(-3), back.is_restocked
        )
        for back in request.backs
    ]
    said = _said(world, request)
    what = f"take back {goods} at till {refund.till}, pay {list(request.methods)}"
    if sale is None:
        world.call_service(
            what,
            expected,
            lambda: refund_sale(
                uid=refund.uid, original=original.uid, lines=lines, **said
            ),
        )
        return
    world.call_service(
        f"{what} for {sale.payable} with {tenders}",
        expected,
        lambda: exchange_sale(
            refund_uid=refund.uid,
            original=original.uid,
            lines=lines,
            sale_uid=sale.uid,
            tenders=as_payments(world, tenders or []),
            revision=revision,
            **said,
        ),
    )
