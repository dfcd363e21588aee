"""Known invoices: whether what is booked under an invoice's number is what it says."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from decimal import Decimal

from customers.models import Customer
from pos.core.money import ZERO
from sales.checkout.settlement import CASH
from sales.history.errors import InvoiceDiffersError
from sales.history.invoices import Invoice, InvoiceLine
from sales.models import Sale, SaleLine
from sales.pricing.totals import Discount

# What a line of a file fixes: goods, quantity, price, discount, and tax if it says.
Content = tuple[str, str, Decimal, Decimal, Discount, Decimal | None]
# What came back: goods, price, and the way it was paid back if the file says it.
Key = tuple[str, Decimal, str]


def require_same_content(
    invoice: Invoice,
    *,
    at: datetime,
    customer: Customer | None,
    sale: Sale | None,
    refunds: Sequence[Sale],
) -> None:
    """Refuse an invoice whose number was booked with other content.

    Nothing is compared where nothing is booked. Of a cancellation some lines may wait
    for their sale, so that less may be booked than it has; of an invoice all is.

    Raises InvoiceDiffersError.
    """
    documents = [sale, *refunds] if sale is not None else list(refunds)
    if not documents:
        return
    for document in documents:
        is_same = document.opened_at == at and document.customer_id == (
            customer.pk if customer else None
        )
        if not is_same:
            raise InvoiceDiffersError(till=document.till, document=document)
    if sale is not None and not _is_sold(invoice, sale):
        raise InvoiceDiffersError(till=sale.till, document=sale)
    ways = {(line.code, line.price, line.kind) for line in invoice.returned}
    # A refund of nothing has no tender.
    paid_back = {refund.pk: _find_way(refund, ways) for refund in refunds}
    says_kind = all(line.kind for line in invoice.returned) and all(paid_back.values())
    returned = _sum_quantities(
        (line.code, line.price, line.kind if says_kind else "", -line.quantity)
        for line in invoice.returned
        if line.is_returned
    )
    booked = _sum_quantities(
        (line.sku, line.unit_price, kind, -line.quantity)
        for refund in refunds
        for kind in [paid_back[refund.pk] if says_kind else ""]
        for line in refund.lines.all()
    )
    if booked - returned or (returned - booked and not invoice.is_cancellation):
        raise InvoiceDiffersError(till=documents[0].till, document=documents[-1])


def _is_sold(invoice: Invoice, sale: Sale) -> bool:
    """Whether the sale has exactly the lines of the invoice, paid in its ways."""
    lines = list(sale.lines.active().order_by("position"))
    wanted = [_read_invoice_line(of) for of in invoice.sellable]
    if [_read_sale_line(line) for line in lines] != wanted:
        return False
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for of, line in zip(invoice.sellable, lines, strict=True):
        paid[of.kind or CASH] += line.total
    booked = {tender.kind: tender.amount for tender in sale.tenders.all()}
    # What comes to nothing needs no tender.
    return _drop_zeros(paid) == _drop_zeros(booked)


def _drop_zeros(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {kind: amount for kind, amount in amounts.items() if amount}


def _read_invoice_line(line: InvoiceLine) -> Content:
    return (
        line.code,
        line.description,
        line.quantity,
        line.price,
        line.discount,
        line.stated_tax,
    )


def _read_sale_line(line: SaleLine) -> Content:
    return (
        line.sku,
        line.name,
        line.quantity,
        line.unit_price,
        Discount(line.discount_rate, line.discount_amount),
        line.tax_total if line.has_stated_tax else None,
    )


def _find_way(refund: Sale, ways: Set[Key]) -> str:
    """Return the way in which a file has the refund paid back; each has one.

    Vouchers and other money go back as far as they paid, whatever is named: of several
    ways it is one that the file names for all of these goods.
    """
    kinds = sorted({tender.kind for tender in refund.tenders.all()})
    goods = {(line.sku, line.unit_price) for line in refund.lines.all()}
    named = (kind for kind in kinds if ways >= {(*good, kind) for good in goods})
    return next(named, "+".join(kinds))


def _sum_quantities(lines: Iterable[tuple[*Key, Decimal]]) -> Counter[Key]:
    """Add up how much came back of each product at each price in each way."""
    quantities: Counter[Key] = Counter()
    for code, price, kind, quantity in lines:
        quantities[code, price, kind] += quantity  # type: ignore[assignment]
    return quantities
