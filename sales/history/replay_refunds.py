"""Replay of refunds: refunds past cancellations whose sales are known."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from customers.models import Customer
from pos.core.money import ZERO, round_money
from pos.models import StaffMember, Till
from sales.checkout.settlement import CASH
from sales.history.invoices import Invoice, InvoiceLine, NotRefunded
from sales.models import Sale, SaleLine
from sales.refunds.request import ReturnedLine
from sales.refunds.settlement import RefundTender
from sales.refunds.with_receipt import refund_sale


@dataclass(slots=True)
class RefundCounts:
    """What was refunded of the cancellations, in this run or before.

    ``lines`` are lines of the file, which may have been sold on several.
    """

    invoices: int = 0
    lines: int = 0
    total: Decimal = ZERO
    not_refunded: Counter[NotRefunded] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class RefundToMake:
    """The lines that come back of one sale, and the uid of that refund."""

    uid: UUID
    original: UUID
    lines: list[ReturnedLine]


Key = tuple[str, Decimal]


@dataclass(slots=True)
class Cancellation:
    """One invoice of the file whose goods came back, at the replay's till.

    It makes a refund for each sale that its goods came from, numbered from 1;
    the uid is made of company, invoice and that number. A line is refunded whole
    or not at all.
    """

    invoice: Invoice
    at: datetime
    till: Till
    actor: StaffMember
    customer: Customer | None

    def plan(self) -> tuple[list[RefundToMake], list[NotRefunded]]:
        """Return what still has to be refunded, and why the other lines are not.

        Reads what is saved, so that an interrupted replay continues where it
        stopped.
        """
        earlier = self._earlier_refunds()
        chosen: dict[UUID, list[ReturnedLine]] = {}
        taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
        problems = [
            self._choose(line, before, chosen, taken)
            for line, before in zip(
                self.invoice.lines, self._refunded_quantities(earlier), strict=True
            )
        ]
        refunds = [
            RefundToMake(self._uid(number), original, returned)
            for number, (original, returned) in enumerate(
                chosen.items(), start=len(earlier) + 1
            )
        ]
        return refunds, [problem for problem in problems if problem is not None]

    @property
    def cash_max(self) -> Decimal:
        """The most that can be paid back."""
        amounts = (-line.quantity * line.price for line in self.invoice.lines)
        cash = sum((amount for amount in amounts if amount > 0), ZERO)
        return round_money(cash, places=self.till.company.currency_places)

    def refund(self, wanted: RefundToMake) -> None:
        refund_sale(
            uid=wanted.uid,
            original=wanted.original,
            lines=wanted.lines,
            reason=f"Invoice {self.invoice.number}",
            actor=self.actor,
            till=self.till,
            refund_tenders=[RefundTender(CASH, skip_rounding=True)],
            at=self.at,
        )

    def count(self, result: RefundCounts) -> None:
        """Add what is refunded of this invoice so far."""
        earlier = self._earlier_refunds()
        result.total -= sum((refund.total for refund in earlier), ZERO)
        result.invoices += bool(earlier)
        for line, refunded in zip(
            self.invoice.lines, self._refunded_quantities(earlier), strict=True
        ):
            result.lines += ZERO < refunded == -line.quantity

    def _refunded_quantities(self, earlier: list[Sale]) -> list[Decimal]:
        """Return how much of each line of the invoice these refunds cover."""
        pool: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        for refund in earlier:
            for back in refund.lines.all():
                pool[back.sku, back.unit_price] -= back.quantity
        refunded = []
        for line in self.invoice.lines:
            key = (line.code, line.price)
            refunded.append(max(min(pool[key], -line.quantity), ZERO))
            pool[key] -= refunded[-1]
        return refunded

    def _earlier_refunds(self) -> list[Sale]:
        """Return the refunds that were made of this invoice before, in order."""
        earlier: list[Sale] = []
        refunds = Sale.objects.of_company(self.till.company_id).finalized()
        refunds = refunds.filter(kind=Sale.Kind.REFUND).prefetch_related("lines")
        while refund := refunds.filter(uid=self._uid(len(earlier) + 1)).first():
            earlier.append(refund)
        return earlier

    def _uid(self, number: int) -> UUID:
        company = self.till.company
        return uuid5(company.uid, f"cancellation {self.invoice.number} {number}")

    def _choose(
        self,
        line: InvoiceLine,
        before: Decimal,
        chosen: dict[UUID, list[ReturnedLine]],
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
        if self.customer is None:
            return NotRefunded.NAMELESS
        sold = list(self._lines_sold(line))
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
                chosen.setdefault(of.sale.uid, []).append(back)
                taken[of.pk] += quantity
                need -= quantity
        return None

    def _lines_sold(self, line: InvoiceLine) -> Iterator[SaleLine]:
        """Return the lines that sold this product to the customer at this price."""
        lines = SaleLine.objects.of_company(self.till.company_id).active()
        return (
            lines.filter(
                sale__customer=self.customer,
                sale__till=self.till,
                sale__kind=Sale.Kind.SALE,
                sale__status=Sale.Status.FINALIZED,
                sale__finalized_at__lte=self.at,
                sku=line.code,
                unit_price=line.price,
            )
            .select_related("sale")
            .order_by("-sale__finalized_at", "-pk")
            .iterator()
        )
