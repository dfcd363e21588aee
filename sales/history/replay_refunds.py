"""Replay of refunds: refunds what came back in past invoices, where it was sold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import Q, prefetch_related_objects

from customers.models import Customer
from pos.core.money import ZERO, round_money
from pos.core.prepared import Param, Prepared
from pos.models import StaffMember, Till
from sales.basket.limits import LINES_MAX
from sales.checkout.settlement import CASH
from sales.checkout.vouchers import is_voucher
from sales.history.invoices import Invoice, InvoiceLine, NotRefunded
from sales.models import Sale, SaleLine, Tender
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import RefundTender
from sales.refunds.with_receipt import refund_sale


@dataclass(slots=True)
class RefundCounts:
    """What was refunded, in this run or before.

    ``lines`` are lines of the file, which may have been sold on several.
    ``not_refunded`` are the lines of cancellations that are not, each with its reason.
    """

    invoices: int = 0
    lines: int = 0
    total: Decimal = ZERO
    not_refunded: list[tuple[InvoiceLine, NotRefunded]] = field(default_factory=list)

    def add(self, other: "RefundCounts") -> None:
        self.invoices += other.invoices
        self.lines += other.lines
        self.total += other.total
        self.not_refunded += other.not_refunded

    @property
    def reasons(self) -> Counter[NotRefunded]:
        return Counter(reason for _line, reason in self.not_refunded)


@dataclass(frozen=True, slots=True)
class PlannedRefund:
    """The lines that come back of one sale, the uid of that refund and its way to pay.

    Without a ``kind`` it is paid back as the sale was paid.
    """

    uid: UUID
    original: UUID
    lines: list[ReturnedLine]
    kind: str = CASH


REFUND = Prepared(
    Sale.objects.finalized().filter(
        kind=Sale.Kind.REFUND, company_id=Param("company_id"), uid=Param("uid")
    )
)
CENT = Decimal("0.01")
Key = tuple[str, Decimal]
# The sale that goods came from, and the way they are paid back.
Source = tuple[UUID, str]


@dataclass(slots=True)
class Cancellation:
    """The goods of one invoice of the file that came back, at the replay's till.

    It makes a refund for each sale that its goods came from, numbered from 1;
    the uid is made of till, invoice and that number. A line is refunded whole
    or not at all. ``sale`` is what the same invoice sold.
    """

    invoice: Invoice
    at: datetime
    till: Till
    actor: StaffMember
    customer: Customer | None
    sale: Sale | None = None

    def plan(
        self,
    ) -> tuple[list[PlannedRefund], list[tuple[InvoiceLine, NotRefunded]]]:
        """Return what still has to be refunded, and why the other lines are not.

        Reads what is saved, so that an interrupted replay continues where it
        stopped.
        """
        earlier = self.earlier_refunds()
        chosen: dict[Source, list[ReturnedLine]] = {}
        taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
        problems = [
            (line, self._choose(line, before, chosen, taken))
            for line, before in zip(
                self.invoice.returned, self._refunded_quantities(earlier), strict=True
            )
        ]
        # A refund has no more lines than a basket.
        parts = [
            (source, lines[first : first + LINES_MAX])
            for source, lines in chosen.items()
            for first in range(0, len(lines), LINES_MAX)
        ]
        refunds = [
            PlannedRefund(self._uid(number), original, part, kind)
            for number, ((original, kind), part) in enumerate(
                parts, start=len(earlier) + 1
            )
        ]
        return refunds, [(line, why) for line, why in problems if why is not None]

    @property
    def cash_max(self) -> Decimal:
        """The most that can be paid back in cash, less what the invoice brought in.

        What comes back by voucher is cash where vouchers did not pay as much.
        """
        places = self.till.company.currency_places
        is_cancellation = self.invoice.is_cancellation
        amounts = (
            -line.quantity * line.price
            for line in [*self.invoice.sellable, *self.invoice.returned]
            if line.price > 0
            and (
                line.kind in {CASH, ""} or (line.quantity < 0 and is_voucher(line.kind))
            )
        )
        cash = sum((one for one in amounts if one > 0 or not is_cancellation), ZERO)
        return max(round_money(cash, places=places), ZERO)

    def refund(self, wanted: PlannedRefund) -> None:
        kind = wanted.kind or self._kind_paid(wanted.original)
        as_named = RefundTender(kind, skip_rounding=True, skip_terms=True)
        refund_sale(
            uid=wanted.uid,
            original=wanted.original,
            lines=wanted.lines,
            reason=f"Invoice {self.invoice.number}",
            actor=self.actor,
            till=self.till,
            refund_tenders=[as_named] if kind else [],
            at=self.at,
        )

    def _kind_paid(self, original: UUID) -> str:
        """Return the one way in which a sale was paid; empty where there are more."""
        tenders = Tender.objects.of_company(self.till.company_id)
        kinds = set(tenders.filter(sale__uid=original).values_list("kind", flat=True))
        return kinds.pop() if len(kinds) == 1 else ""

    def count(self, result: RefundCounts, refunds: Sequence[Sale]) -> None:
        """Add what these refunds are, which are all of this invoice so far."""
        result.total -= sum((refund.total for refund in refunds), ZERO)
        result.invoices += bool(refunds)
        for line, refunded in zip(
            self.invoice.returned, self._refunded_quantities(refunds), strict=True
        ):
            result.lines += ZERO < refunded == -line.quantity

    def _refunded_quantities(self, earlier: Sequence[Sale]) -> list[Decimal]:
        """Return how much of each line of the invoice these refunds cover."""
        pool: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        for refund in earlier:
            for back in refund.lines.all():
                pool[back.sku, back.unit_price] -= back.quantity
        refunded = []
        for line in self.invoice.returned:
            key = (line.code, line.price)
            refunded.append(max(min(pool[key], -line.quantity), ZERO))
            pool[key] -= refunded[-1]
        return refunded

    def earlier_refunds(self) -> list[Sale]:
        """Return the refunds that were made of this invoice before, in order."""
        earlier: list[Sale] = []
        while refund := REFUND.first(
            company_id=self.till.company_id, uid=self._uid(len(earlier) + 1)
        ):
            earlier.append(refund)
        prefetch_related_objects(earlier, "lines", "tenders")
        return earlier

    def _uid(self, number: int) -> UUID:
        return uuid5(self.till.uid, f"cancellation {self.invoice.number} {number}")

    def _choose(
        self,
        line: InvoiceLine,
        before: Decimal,
        chosen: dict[Source, list[ReturnedLine]],
        taken: dict[int, Decimal],
    ) -> NotRefunded | None:
        """Choose the sold lines that one of the file takes back, the latest first.

        ``before`` of it was refunded by an earlier replay, and ``taken`` of each
        sold line by others of this invoice.
        """
        need = -line.quantity - before
        if before and not need:
            return None
        if line.quantity >= 0 or line.price <= 0:
            return NotRefunded.NOTHING
        if self.customer is None and self.sale is None:
            return NotRefunded.NAMELESS
        sold = sorted(
            self._lines_sold(line), key=lambda of: _match_key(of, line, self.sale)
        )
        left = [
            min(of.quantity - of.refunded_quantity - taken[of.pk], need) for of in sold
        ]
        if not any(left):
            return NotRefunded.NEVER_SOLD if not sold else NotRefunded.NOT_ENOUGH
        if sum(left, ZERO) < need:
            return NotRefunded.NOT_ENOUGH
        for of, available in zip(sold, left, strict=True):
            quantity = min(available, need)
            if quantity > 0:
                back = ReturnedLine(of.uid, quantity)
                chosen.setdefault((of.sale.uid, line.kind), []).append(back)
                taken[of.pk] += quantity
                need -= quantity
        return None

    def _lines_sold(self, line: InvoiceLine) -> Iterator[SaleLine]:
        """Return the lines that sold this product at this price, the latest first.

        In the same invoice, or to the customer.
        """
        lines = SaleLine.objects.of_company(self.till.company_id).active()
        is_theirs = Q(sale=self.sale) if self.sale is not None else Q(pk__in=())
        if self.customer is not None:
            is_theirs |= Q(
                sale__customer=self.customer,
                sale__status=Sale.Status.FINALIZED,
                sale__finalized_at__lte=self.at,
            )
        return (
            lines.filter(
                is_theirs,
                sale__till=self.till,
                sale__kind=Sale.Kind.SALE,
                sku=line.code,
                unit_price=line.price,
            )
            .select_related("sale")
            .order_by("-sale__finalized_at", "-pk")
            .iterator()
        )


def _match_key(
    sold: SaleLine, line: InvoiceLine, sale: Sale | None
) -> tuple[bool, bool]:
    """Return what a sold line is sorted by: those of the same invoice come first.

    Among them those with the same discount.
    """
    is_own = sale is not None and sold.sale_id == sale.pk
    of_it = sold.line_discount * line.quantity / sold.quantity
    listed = line.quantity * line.price
    off = abs(listed) * line.discount.rate + line.discount.amount
    return not is_own, abs(abs(of_it) - off) >= CENT
