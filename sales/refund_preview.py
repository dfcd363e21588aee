"""What goods that come back would come to, for the screen; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pos.models import Company, StaffMember, TenderKind
from pos.money import ZERO
from sales.errors import NoSuchLineError
from sales.models import Sale, SaleLine
from sales.payback import EXCHANGE, Kept, Leg, Payback, pay_back, worth
from sales.payment import CASH
from sales.pricing import PricedLine, RateTotals
from sales.refunding import returned_part
from sales.services.limits import judge_quantity
from sales.services.refunds import priced
from sales.services.totals import cash_rule, rates_of

AS_PAID = ""


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A line of the receipt: what is left of it, and how much is to come back."""

    line: SaleLine
    left: Decimal
    quantity: Decimal
    is_chosen: bool
    is_restocked: bool
    part: PricedLine

    @property
    def amount(self) -> Decimal:
        """Below zero where it comes back; else what all that is left is worth."""
        return self.part.total if self.is_chosen else -self.part.total

    def returned(self) -> SaleLine:
        """The refund's line as it would be, unsaved."""
        line = self.line
        return SaleLine(
            name=line.name,
            unit=line.unit,
            quantity=-self.quantity,
            unit_price=line.unit_price,
            tax_code=line.tax_code,
            tax_rate=line.tax_rate,
            total=self.part.total,
            net_total=self.part.net,
            points_discount=self.part.points_discount,
            is_restocked=self.is_restocked,
        )


@dataclass(frozen=True, slots=True)
class PaybackWay:
    """One way to pay back, as it can be chosen."""

    code: str
    label: str
    hint: str
    is_cash: bool
    wants_reference: bool
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """``total`` and the lines are below zero; ``due`` and the legs above.

    ``worth`` is what an exchange can put towards new goods, ``bridged`` what it does.
    """

    lines: list[SaleLine]
    rates: tuple[RateTotals, ...]
    total: Decimal
    due: Decimal
    legs: tuple[Leg, ...]
    worth: Decimal = ZERO
    bridged: Decimal = ZERO

    @property
    def rounding(self) -> Decimal:
        return -self.due - self.total

    @property
    def points_value(self) -> Decimal:
        return sum((line.points_discount for line in self.lines), ZERO)

    @property
    def paybacks(self) -> list[tuple[str, Decimal]]:
        return [(way_label(leg.kind), leg.amount) for leg in self.legs]

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


def rows_of(sale: Sale, returns: Sequence[Mapping[str, Any]]) -> list[ReturnRow]:
    """Each line of a receipt, with how much of it is to come back.

    Raises NoSuchLineError for a line of another sale, and InvalidQuantityError for
    what no line can hold. More than is left is cut to what is left: the service
    has the last word on that, under its lock.
    """
    chosen: dict[UUID, Mapping[str, Any]] = {row["line"]: row for row in returns}
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
    if chosen.keys() - {line.uid for line in lines}:
        raise NoSuchLineError
    return [_row(sale, line, chosen.get(line.uid)) for line in lines]


def _row(sale: Sale, line: SaleLine, wanted: Mapping[str, Any] | None) -> ReturnRow:
    left = line.quantity - line.refunded_quantity
    quantity = left
    if wanted is not None:
        quantity = min(judge_quantity(wanted["quantity"]), left)
    return ReturnRow(
        line=line,
        left=left,
        quantity=quantity,
        is_chosen=wanted is not None and quantity > 0,
        is_restocked=wanted is None or wanted["is_restocked"],
        part=returned_part(
            priced(line),
            quantity=line.quantity,
            before=line.refunded_quantity,
            now=quantity,
            prices_include_tax=sale.prices_include_tax,
            places=sale.company.currency_places,
        ),
    )


def preview_of(
    rows: Sequence[ReturnRow],
    *,
    kept: Kept,
    company: Company,
    paybacks: Sequence[Payback] = (),
    goes_out: Decimal = ZERO,
) -> Preview:
    """What the chosen rows come to, and how that is paid back.

    ``goes_out`` is what the new goods of an exchange come to: as far as it goes,
    nothing is paid back.
    """
    lines = [row.returned() for row in rows if row.is_chosen]
    total = sum((line.total for line in lines), ZERO)
    if not lines:
        return Preview([], (), ZERO, ZERO, ())
    is_last = all(row.quantity == row.left for row in rows if row.is_chosen) and all(
        row.is_chosen or not row.left for row in rows
    )
    value = worth(-total, kept=kept, is_last=is_last)
    bridged = min(value, goes_out)
    settled = pay_back(
        -total,
        kept=kept,
        is_last=is_last,
        rule=cash_rule(company),
        paybacks=paybacks,
        bridged=bridged,
    )
    return Preview(
        lines, rates_of(lines), total, settled.due, settled.legs, value, bridged
    )


def ways_to_pay_back(
    kept: Kept, *, company: Company, actor: StaffMember
) -> list[PaybackWay]:
    """As it was paid, and then every other way, which somebody has to approve."""
    paid = [kind for kind in kept.by_kind if kind != EXCHANGE and kept.of(kind)]
    paid = paid or [CASH]
    may = actor.has_perm("sales.approve_refund")
    ways = [
        PaybackWay(
            code=AS_PAID,
            label=", ".join(way_label(kind) for kind in paid),
            hint=_("as it was paid"),
            is_cash=CASH in paid,
            wants_reference=len(paid) == 1 and paid != [CASH],
            # What was exchanged, not paid, goes back in cash.
            needs_approval=not may and kept.of(EXCHANGE) > 0,
        )
    ]
    hint = _("another way") if may else _("needs a supervisor")
    for kind in company.accepted_tenders:
        if kind not in paid:
            ways.append(
                PaybackWay(
                    code=kind,
                    label=way_label(kind),
                    hint=hint,
                    is_cash=kind == CASH,
                    wants_reference=kind != CASH,
                    needs_approval=not may,
                )
            )
    return ways


def chosen_paybacks(terms: Mapping[str, Any], kept: Kept) -> list[Payback]:
    """The paybacks that a chosen way stands for; none: back as it was paid."""
    kind, reference = terms["kind"], terms["reference"]
    if kind == AS_PAID and reference:
        [kind, *others] = [kind for kind in kept.by_kind if kept.of(kind)] or [CASH]
        if others:
            return []
    return [Payback(kind, None, reference)] if kind != AS_PAID else []
