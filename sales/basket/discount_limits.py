"""Discount limits: whether a person gives a discount alone, then and when it is paid.

A percentage takes off more as the basket grows, and an amount is a larger part of a
basket that shrinks. So what was given is measured again when the sale is finalized: it
stays within the limit of the person who finalizes, of the one who gave it, or of what
was approved. Where a price was changed by hand, it is measured from the price before.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from pos.access.audit import with_entry
from pos.access.limits import Measured, Passed, describe, find_passed
from pos.core.money import ZERO, round_money
from pos.models import Approval, StaffMember
from pos.models.limits import LimitedAct
from sales.basket.errors import DiscountAboveLimitError
from sales.basket.price_limits import HUNDRED, lowered_by
from sales.models import Sale, SaleLine, SaleOperation
from sales.pricing.totals import NO_DISCOUNT, Discount

Kind = SaleOperation.Kind


def measure_line_discount(
    line: SaleLine, discount: Discount, *, places: int
) -> Measured:
    """Return what the discount takes off the line, in percent and as an amount."""
    listed = round_money(line.quantity * line.unit_price, places=places)
    lowered = lowered_by(line, places=places)
    percent, amount = _measure(discount, listed, lowered=lowered, places=places)
    return {LimitedAct.LINE_PERCENT: percent, LimitedAct.LINE_AMOUNT: amount}


def measure_sale_discount(
    lines: Iterable[SaleLine], discount: Discount, *, places: int
) -> Measured:
    """Return the same of a discount on the sale, after those on its lines."""
    left = lowered = ZERO
    for line in lines:
        listed = round_money(line.quantity * line.unit_price, places=places)
        left += listed - _given(line).off(listed, places=places)
        lowered += lowered_by(line, places=places)
    percent, amount = _measure(discount, left, lowered=lowered, places=places)
    return {LimitedAct.SALE_PERCENT: percent, LimitedAct.SALE_AMOUNT: amount}


def measure_given_discounts(
    sale: Sale, line: SaleLine, lines: Iterable[SaleLine], *, places: int
) -> Measured:
    """Return what the discounts of the line, and of the sale, take off as they are."""
    measured: dict[str, Decimal] = {}
    if _given(line) != NO_DISCOUNT:
        measured |= measure_line_discount(line, _given(line), places=places)
    if _given(sale) != NO_DISCOUNT:
        measured |= measure_sale_discount(lines, _given(sale), places=places)
    return measured


def _measure(
    discount: Discount, listed: Decimal, *, lowered: Decimal, places: int
) -> tuple[Decimal, Decimal]:
    """Return percent and amount, with what is ``lowered`` already.

    A plain percentage is not changed by rounding; no discount takes nothing off.
    """
    if discount == NO_DISCOUNT:
        return ZERO, ZERO
    amount = discount.off(listed, places=places) + lowered
    if not lowered and (not discount.amount or not listed):
        return discount.rate * HUNDRED, amount
    return amount * HUNDRED / (listed + lowered), amount


def require_discounts_within_limits(
    sale: Sale, lines: Sequence[SaleLine], *, actor: StaffMember, places: int
) -> None:
    """Refuse discounts that nobody could give, or has approved, as they are by now.

    Raises DiscountAboveLimitError.
    """
    passed = _find_passed_by_target(sale, lines, actor=actor, places=places)
    if not passed:
        return
    given = _find_given(sale)
    for target, above in passed.items():
        left = _find_uncovered(above, given.get(target, []))
        if left:
            raise with_entry(
                DiscountAboveLimitError(**describe(left[0], actor)),
                actor=actor,
                subject=sale,
                limit=left[0].act,
            )


def _find_given(sale: Sale) -> Mapping[str | None, list[SaleOperation]]:
    """Return the act that gave each discount, with later changes of its prices.

    Each of these was measured together with the discount. By line; None is the sale.
    """
    kinds = (Kind.DISCOUNT_LINE, Kind.DISCOUNT_SALE, Kind.OVERRIDE_PRICE)
    operations = SaleOperation.objects.filter(
        sale=sale, kind__in=kinds, result__ok=True
    ).select_related("staff_member__role", "staff_member__company")
    given: dict[str | None, list[SaleOperation]] = {}
    for row in operations.order_by("seq"):
        target = row.result["line"]
        if row.kind != Kind.OVERRIDE_PRICE:
            given[target] = [row]
            continue
        for one in (target, None):
            given.setdefault(one, []).append(row)
    return given


def _find_passed_by_target(
    sale: Sale, lines: Sequence[SaleLine], *, actor: StaffMember, places: int
) -> Mapping[str | None, list[Passed]]:
    """Return the limits of the actor that are passed, by line; None is the sale."""
    passed: dict[str | None, list[Passed]] = {}
    for line in lines:
        # The price on a label is the company's own.
        if _given(line) != NO_DISCOUNT and not line.has_label_price:
            measured = measure_line_discount(line, _given(line), places=places)
            passed[str(line.uid)] = find_passed(actor, measured)
    if _given(sale) != NO_DISCOUNT:
        measured = measure_sale_discount(lines, _given(sale), places=places)
        passed[None] = find_passed(actor, measured)
    return {target: above for target, above in passed.items() if above}


def _find_uncovered(
    above: Sequence[Passed], operations: Sequence[SaleOperation]
) -> list[Passed]:
    """Return what passes the limits of those who gave it, and what was approved."""
    left = list(above)
    for operation in operations:
        giver = operation.staff_member
        left = find_passed(giver, {one.act: one.requested for one in left})
        approved = _read_approved(operation.uid, giver) if left else {}
        left = [one for one in left if one.requested > approved.get(one.act, ZERO)]
    return left


def _read_approved(uid: UUID, giver: StaffMember) -> dict[str, Decimal]:
    rows = Approval.objects.of_company(giver.company_id).filter(uid=uid)
    return dict(rows.order_by().values_list("act", "requested"))


def _given(of: Sale | SaleLine) -> Discount:
    return Discount(of.discount_rate, of.discount_amount)
