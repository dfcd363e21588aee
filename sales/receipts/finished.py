"""Finished: a sale that was just finalized, read by prepared queries."""

from datetime import UTC, datetime
from uuid import UUID

from pos.core.clock import DatabaseTime
from pos.core.prepared import Param, Prepared
from sales.models import Sale, SaleLine, Tender

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
    """Return the sale as ``for_receipt()`` loads it, but for its prints; and the time.

    The time is the database's. Raises Sale.DoesNotExist where the company has no such
    sale.
    """
    sale = _SALE.first(uid=uid, company_id=company_id)
    if sale is None:
        raise Sale.DoesNotExist
    lines = _LINES.all(sale_id=sale.pk)
    sale.receipt_lines = lines
    sale.till.outlet.company = sale.company
    # As ``prefetch_related`` keeps them.
    tenders = Tender.objects.filter(sale=sale)
    tenders._result_cache = _TENDERS.all(sale_id=sale.pk)
    sale._prefetched_objects_cache = {"tenders": tenders}
    read_at: datetime = sale.read_at
    return sale, read_at.astimezone(UTC)
