"""What a refund leaves behind: money, points, stock, number and chain."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import F

from pos.core.money import ZERO
from pos.core.prepared import Param, PreparedUpdate, any_of, value_at_position
from pos.stock.returns import Return, return_stock
from sales.checkout.numbering import link_document, number_document
from sales.checkout.records import record_finalization
from sales.models import Sale, SaleLine, Shift, Tender
from sales.refunds.request import Asked
from sales.refunds.settlement import EXCHANGE, Settled

RAISE_REFUNDED = PreparedUpdate(
    SaleLine.objects.filter(any_of("id", Param("lines"))),
    refunded_quantity=F("refunded_quantity")
    + value_at_position("quantities", "lines", "id"),
    refunded_total=F("refunded_total") + value_at_position("totals", "lines", "id"),
)


def count_refunded(lines: Iterable[SaleLine]) -> None:
    """Raise the refunded counters of the original lines, in one statement.

    ``lines`` are the refund's; each original is locked by the caller. The CHECK
    on the counters is what stands behind the caller's arithmetic.
    """
    moved: dict[int, list[Decimal]] = {}
    for line in lines:
        assert line.original_line_id is not None
        counted = moved.setdefault(line.original_line_id, [ZERO, ZERO])
        counted[0] -= line.quantity
        counted[1] -= line.total
    RAISE_REFUNDED.run(
        lines=list(moved),
        quantities=[quantity for quantity, _ in moved.values()],
        totals=[total for _, total in moved.values()],
    )


def add_up(refund: Sale, lines: Sequence[SaleLine]) -> None:
    """Set the refund's totals, which are below zero, by its lines."""
    refund.total = sum((line.total for line in lines), ZERO)
    refund.net_total = sum((line.net_total for line in lines), ZERO)
    refund.points_value = sum((line.points_discount for line in lines), ZERO)
    refund.line_count = len(lines)


def tenders_of(
    refund: Sale, settled: Settled, *, bridged: Decimal = ZERO
) -> list[Tender]:
    """Fix the refund's rounding; return its tenders, unsaved.

    What was rounded off the original is given back here, in whatever way.
    """
    refund.rounding = -settled.due - refund.total
    tenders = [
        Tender(
            kind=leg.kind,
            tendered=-leg.amount,
            reference=leg.reference,
            is_alternative_method=leg.is_alternative_method,
        )
        for leg in settled.legs
    ]
    if bridged:
        tenders.insert(0, Tender(kind=EXCHANGE, tendered=-bridged))
    for position, tender in enumerate(tenders, start=1):
        tender.company_id, tender.sale = refund.company_id, refund
        tender.position = position
    return tenders


def finish_refund(
    refund: Sale,
    *,
    lines: Sequence[SaleLine],
    tenders: Sequence[Tender],
    shift: Shift,
    asked: Asked,
) -> None:
    """Number the refund, link it, take the goods back and write it all down.

    The lines are saved, the points moved and every lock held but those of stock.
    """
    till, actor = refund.till, asked.actor
    number_document(refund, till=till, shift=shift, actor=actor, at=asked.at)
    document = link_document(refund, till=till, lines=lines, tenders=tenders)
    return_stock(
        outlet=till.outlet,
        returns=[
            Return(line.position, line.product, -line.quantity, bool(line.is_restocked))
            for line in lines
        ],
        source=refund.uid,
        actor=actor,
        at=asked.at,
    )
    record_finalization(sale=refund, tenders=tenders, document=document)
