"""Receipt: a finalized sale as it is printed.

The name, address and registration of the company come from the fiscal document,
so that a receipt printed years later says what the first one said.
"""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from barcode import Code128
from barcode.writer import SVGWriter
from django.utils.translation import gettext as _

from customers.models import PointsEntry
from pos.core.money import ZERO
from pos.core.prepared import Param, Prepared
from pos.models import TaxCode
from sales.models import Sale, SaleLine, Tender
from sales.pricing.sale_totals import sum_lines_by_rate
from sales.pricing.totals import RateTotals

# GST (General) Regulations, regulation 13: up to here, tax included, and of one
# standard rate only, a simplified tax invoice will do.
SIMPLIFIED_MAX = Decimal(1000)

_POINTS = Prepared(
    PointsEntry.objects.filter(
        company_id=Param("company_id"), source=Param("source")
    ).order_by("pk")
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything on the paper. ``copy`` is 0 on the first printing."""

    sale: Sale
    company_name: str
    registration_number: str
    gst_number: str
    address: str
    phone: str
    header: str
    footer: str
    outlet_name: str
    till_name: str
    lines: list[SaleLine]
    rates: tuple[RateTotals, ...]
    tenders: list[Tender]
    # What the sale earned; what its refund gave back, and took back.
    points: PointsEntry | None
    points_returned: PointsEntry | None
    points_reversed: PointsEntry | None
    # Of a refund: what came back was sold on this receipt, at this moment.
    original_number: str
    original_at: datetime | None
    copy: int

    @property
    def is_registered(self) -> bool:
        """Whether tax was charged; if not, paper may not mention it."""
        return any(rate.tax_code != TaxCode.NG for rate in self.rates)

    @property
    def shown_gst_number(self) -> str:
        """The registration for the tax; empty where none was charged."""
        return self.gst_number if self.is_registered else ""

    @property
    def is_simplified_tax_invoice(self) -> bool:
        return (
            self.is_registered
            and bool(self.gst_number)
            and not self.is_refund
            and self.sale.total <= SIMPLIFIED_MAX
            and len(self.rates) == 1
            and self.rates[0].tax_code == TaxCode.SR
        )

    @property
    def is_refund(self) -> bool:
        return self.sale.kind == Sale.Kind.REFUND

    @property
    def title(self) -> str:
        """What the paper is; a credit note names its original (regulation 12)."""
        if self.is_refund:
            is_credit_note = self.is_registered and self.original_number
            return _("Credit note") if is_credit_note else _("Refund")
        return _("Tax invoice") if self.is_simplified_tax_invoice else _("Receipt")

    @property
    def sale_discount(self) -> Decimal:
        """What the sale's own discount took off, all lines together."""
        return sum((line.sale_discount for line in self.lines), ZERO)

    @property
    def tax_on_top(self) -> Decimal:
        """The tax that is added to prices without tax."""
        if self.sale.prices_include_tax:
            return ZERO
        return self.sale.total - self.sale.net_total

    @property
    def points_back(self) -> list[PointsEntry]:
        """How a refund changed the customer's points, in that order."""
        changes = (self.points_returned, self.points_reversed)
        return sorted(filter(None, changes), key=lambda entry: entry.pk)

    @property
    def change(self) -> Decimal:
        return sum((tender.change for tender in self.tenders), ZERO)


def draw_receipt(sale: Sale, *, copy: int = 0) -> Receipt:
    """Return the receipt of a complete sale, or of one loaded by ``for_receipt()``.

    That takes one query more where it has a customer.
    """
    document: dict[str, Any] = json.loads(sale.fiscal_document.text)
    entries_by_kind = {entry.kind: entry for entry in points_entries_of(sale)}
    lines = sale.receipt_lines
    return Receipt(
        sale=sale,
        company_name=document["company"][1],
        registration_number=document["company"][2],
        gst_number=document["gst"][0],
        address=document["address"],
        phone=document["phone"],
        header=document["header"],
        footer=document["footer"],
        outlet_name=document["outlet"][1],
        till_name=document["till"][1],
        lines=lines,
        rates=sum_lines_by_rate(lines),
        tenders=list(sale.tenders.all()),
        points=entries_by_kind.get(PointsEntry.Kind.EARN),
        points_returned=entries_by_kind.get(PointsEntry.Kind.RETURN),
        points_reversed=entries_by_kind.get(PointsEntry.Kind.REVERSE),
        original_number=document["original"],
        original_at=sale.original.finalized_at if sale.original else None,
        copy=copy,
    )


def points_entries_of(sale: Sale) -> list[PointsEntry]:
    """Return the points that the sale moved, or its refund, in that order."""
    if sale.is_complete:
        return sale.points_entries
    if not sale.customer_id:
        return []
    return _POINTS.all(company_id=sale.company_id, source=sale.uid)


def draw_barcode(number: str) -> bytes:
    """Return the receipt number as a Code 128 picture (SVG), without its text."""
    picture = io.BytesIO()
    code = Code128(number, writer=SVGWriter())
    code.write(picture, {"write_text": False, "module_height": 12, "quiet_zone": 2})
    return picture.getvalue()
