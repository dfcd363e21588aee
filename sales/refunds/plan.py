"""Work a refund out: its lines, its points and what is due; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid5

from django.db.models import Q

from customers.points.arithmetic import points_returned
from pos.core.errors import FractionalQuantityError
from pos.core.money import ZERO, format_plain
from pos.models import Company, Product
from sales.basket.errors import NoSuchLineError
from sales.models import Sale, SaleLine, Tender, TenderCorrection
from sales.pricing.sale_totals import PRICED
from sales.pricing.totals import PricedLine
from sales.refunds.allocation import returned_part, share_of
from sales.refunds.errors import (
    RefundOfRefundError,
    SaleNotFinalizedError,
    TooMuchReturnedError,
)
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import Kept, worth
from sales.refunds.write import add_up


@dataclass(slots=True)
class Original:
    """What goods come back from: a finalized sale with its active lines."""

    sale: Sale
    lines: list[SaleLine]
    company: Company

    def share(self, line: SaleLine) -> PricedLine:
        """What the quantity of the line that went back so far had cost."""
        return share_of(
            priced(line),
            quantity=line.quantity,
            returned=line.refunded_quantity,
            prices_include_tax=self.sale.prices_include_tax,
            places=self.company.currency_places,
        )

    @property
    def value_refunded(self) -> Decimal:
        """What went back so far, with what points had paid of it."""
        return sum(
            (
                line.refunded_total + self.share(line).points_discount
                for line in self.lines
            ),
            ZERO,
        )

    @property
    def left(self) -> Decimal:
        """What the sale comes to without what went back."""
        return sum((line.total - line.refunded_total for line in self.lines), ZERO)


def require_refundable(sale: Sale) -> None:
    """Only a finalized sale is refunded, and no refund."""
    if not sale.is_finalized:
        raise SaleNotFinalizedError
    if sale.kind == Sale.Kind.REFUND:
        raise RefundOfRefundError(refund=sale)


@dataclass(slots=True)
class Draft:
    """A refund worked out and not yet written; its lines, and the money kept."""

    refund: Sale
    original: Original
    lines: list[SaleLine]
    kept: Kept

    @property
    def total(self) -> Decimal:
        return -self.refund.total

    @property
    def is_last(self) -> bool:
        """Whether nothing is left to come back after this."""
        return all(
            line.refunded_quantity == line.quantity for line in self.original.lines
        )

    @property
    def worth(self) -> Decimal:
        """What the goods are worth to the customer, before cash is rounded."""
        return worth(self.total, kept=self.kept, is_last=self.is_last)


def drafted(refund: Sale, original: Original, asked: Sequence[ReturnedLine]) -> Draft:
    """Work out lines, totals and points of what is asked for.

    The refunded counters of the original's lines are raised in memory.
    """
    before = original.value_refunded
    own = {line.uid: line for line in original.lines}
    lines = []
    for position, back in enumerate(asked, start=1):
        if back.line not in own:
            raise NoSuchLineError
        lines.append(_line(refund, own[back.line], back, position, original))
    add_up(refund, lines)
    sale = original.sale
    value = sale.total + sale.points_value
    earlier, later = (
        points_returned(sale.points_redeemed, value=value, refunded=refunded)
        for refunded in (before, original.value_refunded)
    )
    refund.points_redeemed = earlier - later
    return Draft(refund, original, lines, kept_of(sale))


def kept_of(original: Sale) -> Kept:
    """What the shop still has of the sale's money, by its tenders and refunds.

    A tender that was corrected counts as what it was corrected to. Money that nobody
    has seen arrive is owed, but of no kind yet: whoever pays it back decides how.
    """
    tenders = Tender.objects.filter(Q(sale=original) | Q(sale__original=original))
    corrections = list(
        TenderCorrection.objects.filter(
            tender__in=tenders, tender__is_alternative_method=False
        )
        .order_by("pk")
        .values_list("tender_id", "kind_before", "kind_after", "amount")
    )
    counts_as = {tender: kind_after for tender, _, kind_after, _ in corrections}
    due, by_kind = ZERO, dict[str, Decimal]()
    # In the order in which it was paid: by "sale", the last refund came first.
    for tender in tenders.select_related("confirmation").order_by(
        "sale_id", "position"
    ):
        due += tender.amount
        is_seen = not tender.is_pending or hasattr(tender, "confirmation")
        came_otherwise = counts_as.get(tender.pk, tender.kind) != tender.kind
        if not tender.is_alternative_method and (is_seen or came_otherwise):
            by_kind[tender.kind] = by_kind.get(tender.kind, ZERO) + tender.amount
    for _tender, kind_before, kind_after, amount in corrections:
        by_kind[kind_before] = by_kind.get(kind_before, ZERO) - amount
        by_kind[kind_after] = by_kind.get(kind_after, ZERO) + amount
    return Kept(due, by_kind)


def _line(
    refund: Sale,
    sold: SaleLine,
    back: ReturnedLine,
    position: int,
    original: Original,
) -> SaleLine:
    """Return the refund's line, unsaved; raise the sold one's counters in memory."""
    if sold.unit == Product.Unit.EACH and back.quantity != int(back.quantity):
        raise FractionalQuantityError(product=sold.name)
    left = sold.quantity - sold.refunded_quantity
    if back.quantity > left:
        raise TooMuchReturnedError(left=format_plain(left), product=sold.name)
    part = returned_part(
        priced(sold),
        quantity=sold.quantity,
        before=sold.refunded_quantity,
        now=back.quantity,
        prices_include_tax=original.sale.prices_include_tax,
        places=original.company.currency_places,
    )
    sold.refunded_quantity += back.quantity
    sold.refunded_total -= part.total
    return SaleLine(
        uid=uuid5(refund.uid, f"line {position}"),
        company_id=refund.company_id,
        sale=refund,
        position=position,
        product=sold.product,
        sku=sold.sku,
        name=sold.name,
        second_name=sold.second_name,
        unit=sold.unit,
        quantity=-back.quantity,
        unit_price=sold.unit_price,
        unit_cost=sold.unit_cost,
        tax_code=sold.tax_code,
        tax_rate=sold.tax_rate,
        original_line=sold,
        is_restocked=back.is_restocked,
        **{name: getattr(part, own) for name, own in PRICED.items()},
    )


def priced(line: SaleLine) -> PricedLine:
    return PricedLine(**{own: getattr(line, name) for name, own in PRICED.items()})
