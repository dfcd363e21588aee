"""A finalized sale as a receipt prints it.

What the company was called, where it stood and what it was registered as come
from the fiscal document, so that a receipt printed years later says what the
first one said.
"""

import io
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from barcode import Code128
from barcode.writer import SVGWriter
from django.utils.translation import gettext as _

from customers.models import PointsEntry
from pos.models import TaxCode
from pos.money import ZERO
from sales.models import Sale, SaleLine, Tender
from sales.pricing import RateTotals
from sales.services.totals import rates_of

# GST (General) Regulations, regulation 13: up to here, tax included, and of one
# standard rate only, a simplified tax invoice will do.
SIMPLIFIED_MAX = Decimal(1000)


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
    points: PointsEntry | None
    # What a refund took of them, and gave back.
    points_back: list[PointsEntry]
    copy: int

    @property
    def is_registered(self) -> bool:
        """Whether tax was charged; if not, no word of it may be printed."""
        return any(rate.tax_code != TaxCode.NG for rate in self.rates)

    @property
    def is_simplified_tax_invoice(self) -> bool:
        return (
            self.is_registered
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
        if self.is_refund:
            return _("Credit note") if self.is_registered else _("Refund")
        return _("Tax invoice") if self.is_simplified_tax_invoice else _("Receipt")

    @property
    def change(self) -> Decimal:
        return sum((tender.change for tender in self.tenders), ZERO)


def receipt_of(sale: Sale, *, copy: int = 0) -> Receipt:
    """Return the receipt of a sale loaded by ``for_receipt()``; one query more."""
    document: dict[str, Any] = json.loads(sale.fiscal_document.text)
    entries = _points(sale)
    back = {PointsEntry.Kind.REVERSE, PointsEntry.Kind.RETURN}
    lines: list[SaleLine] = sale.receipt_lines  # type: ignore[attr-defined]
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
        rates=rates_of(lines),
        tenders=list(sale.tenders.all()),
        points=next((e for e in entries if e.kind == PointsEntry.Kind.EARN), None),
        points_back=[entry for entry in entries if entry.kind in back],
        copy=copy,
    )


def _points(sale: Sale) -> list[PointsEntry]:
    """What the sale did to its customer's points, in that order."""
    if not sale.customer_id:
        return []
    entries = PointsEntry.objects.of_company(sale.company_id)
    return list(entries.filter(source=sale.uid).order_by("pk"))


def number_as_barcode(number: str) -> bytes:
    """Return the receipt number as a Code 128 picture (SVG), without its text."""
    picture = io.BytesIO()
    code = Code128(number, writer=SVGWriter())
    code.write(picture, {"write_text": False, "module_height": 12, "quiet_zone": 2})
    return picture.getvalue()
