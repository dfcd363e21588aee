"""Finished: a sale that was finalized before, read by prepared queries."""

from datetime import UTC, datetime
from uuid import UUID

from pos.core.clock import DatabaseTime
from pos.core.prepared import Param, Prepared
from sales.checkout.finished import complete_sale
from sales.models import Sale, SaleLine, Tender
from sales.receipts.receipt import points_entries_of

_SALE = Prepared(
    Sale.objects.filter(company_id=Param("company_id"), uid=Param("uid"))
    .annotate(read_at=DatabaseTime())
    .with_receipt_parts()
)
_LINES = Prepared(SaleLine.objects.filter(sale_id=Param("sale_id")).for_receipt())
_TENDERS = Prepared(
    Tender.objects.filter(sale_id=Param("sale_id")).order_by("position")
)


def load_finished(uid: UUID, *, company_id: int | None) -> tuple[Sale, datetime]:
    """Return the sale, complete, and the database's time when it was read.

    Raises Sale.DoesNotExist where the company has no such
    sale.
    """
    sale = _SALE.first(uid=uid, company_id=company_id)
    if sale is None:
        raise Sale.DoesNotExist
    till = sale.till
    till.company = till.outlet.company = sale.company
    complete_sale(
        sale,
        till=till,
        lines=_LINES.all(sale_id=sale.pk),
        tenders=_TENDERS.all(sale_id=sale.pk),
        entries=points_entries_of(sale),
    )
    return sale, sale.read_at.astimezone(UTC)
