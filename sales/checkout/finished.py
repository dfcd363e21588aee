"""Finished: a sale with all that its receipt prints, as it was just written or read."""

from collections.abc import Sequence

from customers.models import PointsEntry
from pos.models import Till
from sales.models import Sale, SaleLine, Tender


def complete_sale(
    sale: Sale,
    *,
    till: Till,
    lines: Sequence[SaleLine],
    tenders: Sequence[Tender],
    entries: Sequence[PointsEntry],
) -> None:
    """Add to the sale what ``for_receipt()`` loads, but for its prints.

    ``till`` has its outlet and company, and ``entries`` are the points that it moved.
    Its cashier, customer and document are there already.
    """
    sale.till, sale.company = till, till.company
    sale.receipt_lines = list(lines)
    sale.points_entries = list(entries)
    # As ``prefetch_related`` keeps them.
    kept = Tender.objects.filter(sale=sale)
    kept._result_cache = list(tenders)
    vars(sale)["_prefetched_objects_cache"] = {"tenders": kept}
