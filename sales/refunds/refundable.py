"""What of a sale can still come back, for the screen; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sales.cash.rounding import cash_rule
from sales.models import Sale, SaleLine
from sales.refunds.plan import Original, drafted, require_refundable
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import Kept, Settled, pay_back


@dataclass(frozen=True, slots=True)
class LeftLine:
    """How much of a line can still come back, and what was paid for that."""

    line: SaleLine
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Refundable:
    """What is left of a sale, and what becomes of the lines that were asked about.

    ``lines`` are all lines of the sale in order; ``kept`` is what the shop still
    has of its money, by how it was paid. ``total`` and ``points`` are what the
    chosen lines come to, and ``settled`` how they are paid back: a leg that is
    diverted takes an approval.
    """

    sale: Sale
    lines: list[LeftLine]
    kept: Kept
    total: Decimal
    points: int
    settled: Settled


def refundable(sale: Sale, lines: Sequence[ReturnedLine] | None = None) -> Refundable:
    """Return what is left of a finalized sale, and a refund of these lines of it.

    Without lines, of everything that is left.

    Raises what ``refund_sale`` raises about the sale and the lines.
    """
    require_refundable(sale)
    standing = sale.lines.active().select_related("product").order_by("position")
    original = Original(sale, list(standing), sale.company)
    left = [
        LeftLine(
            line,
            line.quantity - line.refunded_quantity,
            line.total - line.refunded_total,
        )
        for line in original.lines
    ]
    if lines is None:
        lines = [ReturnedLine(at.line.uid, at.quantity) for at in left if at.quantity]
    refund = Sale(uid=sale.uid, company=sale.company, kind=Sale.Kind.REFUND)
    draft = drafted(refund, original, lines)
    return Refundable(
        sale=sale,
        lines=left,
        kept=draft.kept,
        total=draft.total,
        points=-refund.points_redeemed,
        settled=pay_back(
            draft.total,
            kept=draft.kept,
            is_last=draft.is_last,
            rule=cash_rule(sale.company),
        ),
    )
