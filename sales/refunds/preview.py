"""What goods that come back would come to, for the screen; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from customers.models import PointsEntry
from customers.points.arithmetic import points_to_reverse
from pos.core.money import ZERO
from pos.models import CHOSEN_TENDERS, Company, StaffMember, TenderKind
from sales.basket.limits import validate_quantity
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError
from sales.checkout.settlement import CASH
from sales.models import Sale, SaleLine
from sales.models.sale import SaleQuerySet
from sales.pricing.sale_totals import rates_of
from sales.pricing.totals import RateTotals
from sales.refunds.plan import Original, drafted
from sales.refunds.request import MAY_APPROVE, ReturnedLine
from sales.refunds.settlement import EXCHANGE, Kept, Leg, Payback, pay_back

AS_PAID = ""


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A line of the receipt: what is left of it, and how much is to come back.

    ``amount`` is below zero where it comes back; else what is left is worth it.
    """

    line: SaleLine
    left: Decimal
    quantity: Decimal
    amount: Decimal
    is_chosen: bool = False
    is_restocked: bool = True


@dataclass(frozen=True, slots=True)
class PaybackWay:
    """One way to pay back, as it can be chosen.

    ``kind`` is the tender that it is shown as: cash where some of it is cash.
    """

    code: str
    kind: str
    label: str
    hint: str
    wants_reference: bool
    needs_approval: bool = False

    @property
    def is_cash(self) -> bool:
        return self.kind == CASH


@dataclass(frozen=True, slots=True)
class Preview:
    """``total`` and the lines are below zero; ``due`` and the legs above.

    ``worth`` is what an exchange can put towards new goods, ``bridged`` what it does.
    """

    rows: list[ReturnRow]
    lines: list[SaleLine] = field(default_factory=list)
    rates: tuple[RateTotals, ...] = ()
    total: Decimal = ZERO
    due: Decimal = ZERO
    legs: tuple[Leg, ...] = ()
    worth: Decimal = ZERO
    bridged: Decimal = ZERO
    points_returned: int = 0
    points_reversed: int = 0

    @property
    def rounding(self) -> Decimal:
        return -self.due - self.total

    @property
    def points_value(self) -> Decimal:
        return sum((line.points_discount for line in self.lines), ZERO)

    @property
    def is_alternative_method(self) -> bool:
        """Whether some of it goes back otherwise than it was paid."""
        return any(leg.is_alternative_method for leg in self.legs)

    @property
    def in_cash(self) -> Decimal:
        return sum((leg.amount for leg in self.legs if leg.kind == CASH), ZERO)

    @property
    def paybacks(self) -> list[tuple[str, Decimal]]:
        """How much goes back in each way, each named once."""
        amounts: dict[str, Decimal] = {}
        for leg in self.legs:
            amounts[leg.kind] = amounts.get(leg.kind, ZERO) + leg.amount
        return [(way_label(kind), amount) for kind, amount in amounts.items()]

    @property
    def action(self) -> str:
        """What the one button does."""
        kinds = {leg.kind for leg in self.legs}
        if not self.lines or len(kinds) > 1:
            return _("Refund")
        if not kinds:
            return _("Take back, nothing to pay")
        if kinds == {CASH}:
            return _("Refund in cash")
        return _("Refund by %(way)s") % {"way": way_label(*kinds)}


def way_label(kind: str) -> str:
    return str(TenderKind(kind).label)


def original_of(sales: SaleQuerySet, uid: UUID) -> Original | None:
    """The finalized sale of that uid, with what its return is worked out from."""
    sale = (
        sales.finalized()
        .filter(kind=Sale.Kind.SALE, uid=uid)
        .select_related("company", "customer", "till__outlet")
        .prefetch_related("tenders")
        .first()
    )
    if sale is None:
        return None
    lines = sale.lines.active().select_related("product").order_by("position")
    return Original(sale, list(lines), sale.company)


def preview_of(
    original: Original,
    returns: Sequence[ReturnedLine],
    *,
    kept: Kept,
    paybacks: Sequence[Payback] = (),
    goes_out: Decimal = ZERO,
) -> Preview:
    """What the chosen lines come to, and how that is paid back.

    ``goes_out`` is what the new goods of an exchange come to: as far as it goes,
    nothing is paid back. Raises what ``refund_sale`` raises of lines and paybacks.
    """
    rows = {
        line.uid: ReturnRow(
            line=line,
            left=line.quantity - line.refunded_quantity,
            quantity=line.quantity - line.refunded_quantity,
            amount=line.total - line.refunded_total,
        )
        for line in original.lines
    }
    if not returns:
        return Preview(list(rows.values()))
    for back in returns:
        validate_quantity(back.quantity)
    sale = original.sale
    refund = Sale(uid=sale.uid, company=original.company, kind=Sale.Kind.REFUND)
    draft = drafted(refund, original, returns)
    for back, line in zip(returns, draft.lines, strict=True):
        rows[back.line] = replace(
            rows[back.line],
            quantity=back.quantity,
            amount=line.total,
            is_chosen=True,
            is_restocked=back.is_restocked,
        )
    bridged = min(draft.worth, goes_out)
    settled = pay_back(
        draft.total,
        kept=kept,
        is_last=draft.is_last,
        rule=cash_rule(original.company),
        paybacks=paybacks,
        bridged=bridged,
    )
    return Preview(
        list(rows.values()),
        draft.lines,
        rates_of(draft.lines),
        total=refund.total,
        due=settled.due,
        legs=settled.legs,
        worth=draft.worth,
        bridged=bridged,
        points_returned=-refund.points_redeemed,
        points_reversed=_points_reversed(original),
    )


def _points_reversed(original: Original) -> int:
    """How many of the points earned go with what comes back."""
    sale = original.sale
    if sale.customer_id is None:
        return 0
    entries = PointsEntry.objects.of_company(sale.company_id).filter(
        kind__in=(PointsEntry.Kind.EARN, PointsEntry.Kind.REVERSE),
        source__in=[sale.uid, *sale.refunds.values_list("uid", flat=True)],
    )
    of_sale = list(entries)
    rate = next((entry.amount_per_point for entry in of_sale if entry.points > 0), None)
    if rate is None:
        return 0
    earned = sum(entry.points for entry in of_sale)
    return points_to_reverse(original.left, amount_per_point=rate, net_earned=earned)


def ways_to_pay_back(
    kept: Kept, *, company: Company, actor: StaffMember
) -> list[PaybackWay]:
    """As it was paid, and then every other way, which somebody has to approve."""
    paid = [kind for kind in kept.by_kind if kind != EXCHANGE and kept.of(kind)]
    may = actor.has_perm(MAY_APPROVE)
    hint = _("by another method") if may else _("needs a supervisor")
    is_otherwise = is_owed_otherwise(kept)
    needs_approval = is_otherwise and not may
    as_paid = _("as originally paid")
    if not paid:
        as_paid = hint
    elif needs_approval:
        # It depends on how much comes back, which is not ticked yet.
        as_paid = _("may need a supervisor")
    paid = paid or [CASH]
    # With a reference all of it goes this one way.
    is_one_way = len(_ways_it_was_paid(kept)) == 1 and not is_otherwise
    ways = [
        PaybackWay(
            code=AS_PAID,
            kind=CASH if CASH in paid else paid[0],
            label=", ".join(way_label(kind) for kind in paid),
            hint=as_paid,
            wants_reference=is_one_way and paid != [CASH],
            needs_approval=needs_approval,
        )
    ]
    for kind in company.accepted_tenders:
        if kind not in paid:
            ways.append(
                PaybackWay(
                    code=kind,
                    kind=kind,
                    label=way_label(kind),
                    hint=hint,
                    wants_reference=kind != CASH,
                    needs_approval=not may,
                )
            )
    return ways


def is_owed_otherwise(kept: Kept) -> bool:
    """Whether some of it was exchanged, or pending, and goes back in cash."""
    return kept.due > sum(map(kept.of, _ways_it_was_paid(kept)), ZERO)


def chosen_paybacks(terms: Mapping[str, Any], kept: Kept) -> list[Payback]:
    """The paybacks that a chosen way stands for; none: back as it was paid.

    The same terms always stand for the same, also when all of it has gone back by
    now: a repeat must be known for what it is.
    """
    kind, reference = terms["kind"], terms["reference"]
    if kind != AS_PAID and kind not in dict(CHOSEN_TENDERS):
        raise UnknownTenderError(kind=kind)
    if kind == AS_PAID and reference:
        [kind, *others] = _ways_it_was_paid(kept) or [CASH]
        if others:
            return []
    return [Payback(kind, None, reference)] if kind != AS_PAID else []


def _ways_it_was_paid(kept: Kept) -> list[str]:
    return [kind for kind in kept.by_kind if kind != EXCHANGE]
