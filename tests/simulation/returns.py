"""Returns: what returned goods do to the model's money, points and stock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from uuid import UUID

from tests.simulation.arithmetic import HALF, VOUCHER, Discount, Priced, Rules, half_up
from tests.simulation.model import PlainShop
from tests.simulation.paybacks import Methods, RefundSettlement, Repayment
from tests.simulation.rows import FINALIZED, PlainLine, PlainSale, PlainTender


@dataclass(slots=True)
class PlainReturnedLine:
    """So much of a line comes back, to the shelf or to be written off."""

    line: PlainLine
    quantity: int
    is_restocked: bool = True


@dataclass(slots=True)
class ReturnRequest:
    """A request to take goods back; ``refund`` is what would come of it."""

    refund: PlainSale
    original: PlainSale
    backs: Sequence[PlainReturnedLine]
    methods: Methods = ()
    is_approved: bool = False


@dataclass(slots=True)
class RefundPlan:
    """What it comes to, before anything is written; or why it is refused."""

    refusal: str = ""
    lines: list[PlainLine] = field(default_factory=list)
    after: dict[UUID, int] = field(default_factory=dict)
    repayments: list[Repayment] = field(default_factory=list)
    exchange_credit: int = 0


def take_back(shop: PlainShop, request: ReturnRequest) -> str:
    """Finish the refund, or return the code that it is refused with."""
    plan = plan_return(shop, request)
    if not plan.refusal:
        write(shop, request, plan)
        reverse(shop, request)
    return plan.refusal


def plan_return(
    shop: PlainShop, request: ReturnRequest, *, sale_payable: int = 0
) -> RefundPlan:
    """Work the refund out; ``sale_payable`` is what it is exchanged for."""
    if refusal := _refusal(shop, request):
        return RefundPlan(refusal)
    original = request.original
    plan = RefundPlan(after={line.uid: line.returned for line in original.active_lines})
    for back in request.backs:
        before = plan.after[back.line.uid]
        plan.after[back.line.uid] += back.quantity
        part = _between(back.line, before, plan.after[back.line.uid], shop.rules)
        position = len(plan.lines) + 1
        plan.lines.append(PlainLine(back.line.uid, position, back.line.product, part))
    is_last = all(
        plan.after[line.uid] == line.quantity for line in original.active_lines
    )
    paying = RefundSettlement.of(shop, original, plan.lines, is_last=is_last)
    plan.exchange_credit = min(paying.worth - paying.by_voucher, sale_payable)
    paying.exchange_credit = plan.exchange_credit
    others = set(shop.rules.accepted) - {VOUCHER}
    repayments = paying.settle(request.methods, [*others, *paying.kept])
    if isinstance(repayments, str):
        plan.refusal = repayments
    elif (
        any(one.is_alternative_method for one in repayments) and not request.is_approved
    ):
        plan.refusal = "approval_needed"
    else:
        plan.repayments = repayments
    return plan


def has_equal_goods(request: ReturnRequest, sale: PlainSale) -> bool:
    """Whether goods that go out may be at the terms of those that come back.

    They are priced against these, which the plain model does not do:
    ``tests/sales/refunds/test_equal_goods.py`` has the law.
    """
    if sale.off.amount or request.original.off.amount:
        return True

    def sums(lines: Iterable[tuple[PlainLine, int]], off: Discount) -> set[object]:
        values: dict[object, Fraction] = defaultdict(Fraction)
        for number, (line, quantity) in enumerate(lines):
            value = Fraction(line.priced.price * quantity)
            value *= (1 - line.priced.off.rate) * (1 - off.rate)
            for key in (number, line.product.sku, ""):
                values[key] += value
        return set(values.values())

    backs = [(back.line, back.quantity) for back in request.backs]
    news = [(line, line.quantity) for line in sale.active_lines]
    lines = [line for line, _ in (*backs, *news)]
    if any(line.priced.off.amount or line.priced.points_off for line in lines):
        return True
    return bool(sums(backs, request.original.off) & sums(news, sale.off))


def _refusal(shop: PlainShop, request: ReturnRequest) -> str:
    original = request.original
    if original.status != FINALIZED:
        return "sale_not_finalized"
    if original.is_refund:
        return "refund_of_refund"
    if shop.tills[request.refund.till].shift is None:
        return "no_open_shift"
    left = {line.uid: line.quantity - line.returned for line in original.active_lines}
    for back in request.backs:
        if back.line.uid not in left:
            return "no_such_line"
        if back.line.product.is_whole and back.quantity % 1000:
            return "fractional_quantity"
        left[back.line.uid] -= back.quantity
        if left[back.line.uid] < 0:
            return "too_much_returned"
    return ""


def _first(line: PlainLine, returned: int, rules: Rules) -> Priced:
    """What the first ``returned`` of a line come to."""
    sold = line.priced

    def part(amount: int) -> int:
        return half_up(Fraction(amount * returned, sold.quantity))

    total = part(sold.total)
    tax = half_up(Fraction((sold.total - sold.net) * total, sold.total or 1))
    whole = sold.line_off + sold.sale_off + sold.points_off
    # Its half goes down where that of the total goes up.
    off = ceil(Fraction(whole * returned, sold.quantity) - HALF)
    by_points = half_up(Fraction(sold.points_off * off, whole or 1))
    others = whole - sold.points_off
    by_sale = half_up(Fraction(sold.sale_off * (off - by_points), others or 1))
    return Priced(
        sold.price,
        returned,
        sold.tax_code,
        listed=off + (total if rules.includes_tax else total - tax),
        line_off=off - by_points - by_sale,
        sale_off=by_sale,
        points_off=by_points,
        total=total,
        net=total - tax,
    )


def _between(line: PlainLine, before: int, after: int, rules: Rules) -> Priced:
    """A refund's line: below zero, what comes back between the two quantities."""
    first, then = _first(line, before, rules), _first(line, after, rules)
    part = Priced(line.priced.price, before - after, line.priced.tax_code)
    for name in ("listed", "line_off", "sale_off", "points_off", "total", "net"):
        setattr(part, name, getattr(first, name) - getattr(then, name))
    return part


# --- writing ----------------------------------------------------------------


def write(shop: PlainShop, request: ReturnRequest, plan: RefundPlan) -> None:
    """Everything of the refund but the points that had been earned."""
    refund, original = request.refund, request.original
    points = _points_back(original, plan.after, shop.rules)
    refund.original, refund.customer = original.uid, original.customer
    refund.points = -points
    write_refund(shop, refund, plan)
    for back, line in zip(request.backs, plan.lines, strict=True):
        back.line.returned += back.quantity
        back.line.returned_total -= line.priced.total
        put_back(shop, line, is_restocked=back.is_restocked)
    if refund.customer and points:
        shop.enter_points(refund, "return", points)


def write_refund(shop: PlainShop, refund: PlainSale, plan: RefundPlan) -> None:
    refund.kind, refund.lines = "refund", plan.lines
    refund.total = sum(line.priced.total for line in refund.lines)
    refund.net = sum(line.priced.net for line in refund.lines)
    refund.points_value = sum(line.priced.points_off for line in refund.lines)
    if plan.exchange_credit:
        refund.tenders = [PlainTender(["exchange"], -plan.exchange_credit)]
    refund.tenders += [
        PlainTender(
            [one.kind], -one.amount, is_alternative_method=one.is_alternative_method
        )
        for one in plan.repayments
    ]
    refund.rounding = sum(tender.amount for tender in refund.tenders) - refund.payable
    till = shop.tills[refund.till]
    till.refunds += 1
    shop.finish(refund, till, number=till.refunds)
    shop.sales[refund.uid] = refund


def put_back(shop: PlainShop, line: PlainLine, *, is_restocked: bool) -> None:
    if line.product.is_tracked:
        shop.stock[line.product.sku] -= line.quantity if is_restocked else 0
        shop.wrote("stock", 1 if is_restocked else 2)


def _points_back(original: PlainSale, after: Mapping[UUID, int], rules: Rules) -> int:
    """How many of the points that the sale had used come back now."""
    whole = original.total + original.points_value
    before = {line.uid: line.returned for line in original.active_lines}

    def back(returned: Mapping[UUID, int]) -> int:
        parts = [
            _first(line, returned[line.uid], rules) for line in original.active_lines
        ]
        value = sum(part.total + part.points_off for part in parts)
        return original.points * value // whole

    return back(after) - back(before) if whole else 0


def reverse(shop: PlainShop, request: ReturnRequest) -> None:
    """Take back the points that what is left of the sale would not have earned."""
    refund, original = request.refund, request.original
    if not refund.customer:
        return
    kept = original.entries.get("earn", 0)
    for other in shop.sales.values():
        if other.original == original.uid:
            kept += other.entries.get("reverse", 0)
    left = sum(
        line.priced.total - line.returned_total for line in original.active_lines
    )
    over = kept - left // shop.rules.amount_per_point
    if not shop.rules.may_go_negative:
        over = min(over, max(shop.points[refund.customer], 0))
    if over > 0:
        shop.enter_points(refund, "reverse", -over)


@contextmanager
def assume_returned(
    shop: PlainShop, request: ReturnRequest, plan: RefundPlan
) -> Iterator[None]:
    """Meanwhile goods and points have come back, as the new sale finds them."""
    stock, points = dict(shop.stock), dict(shop.points)
    for back in request.backs:
        if back.line.product.is_tracked and back.is_restocked:
            shop.stock[back.line.product.sku] += back.quantity
    if customer := request.original.customer:
        shop.points[customer] += _points_back(request.original, plan.after, shop.rules)
    yield
    shop.stock, shop.points = stock, points
