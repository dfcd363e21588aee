"""Numbering: a document's number at its till, and its link in the till's chain."""

from collections.abc import Sequence
from datetime import datetime

from pos.core.receipt_numbers import REFUND, SALE, format_receipt_number
from pos.models import StaffMember, Till
from sales.checkout.fiscal_text import chain_hash, sale_text
from sales.models import FiscalDocument, Sale, SaleLine, Shift, Tender


def number_document(
    sale: Sale, *, till: Till, shift: Shift, actor: StaffMember, at: datetime
) -> None:
    """Give the sale or refund its place in the till's gapless run of such numbers.

    The till's lock, held by the caller, also keeps its shift from being closed.
    """
    if sale.kind == Sale.Kind.REFUND:
        till.last_refund_number += 1
        letter, sale.number = REFUND, till.last_refund_number
    else:
        till.last_sale_number += 1
        letter, sale.number = SALE, till.last_sale_number
    sale.status = Sale.Status.FINALIZED
    sale.shift = shift
    sale.cashier = actor
    sale.receipt_number = format_receipt_number(till.code, letter, sale.number)
    sale.finalized_at = at
    sale.business_date = till.outlet.business_date(at)
    sale.tax_date = till.outlet.tax_date(at)
    till.note_document(at)
    sale.revision += 1


def link_document(
    sale: Sale, *, till: Till, lines: Sequence[SaleLine], tenders: Sequence[Tender]
) -> FiscalDocument:
    """Make the document's link in the till's chain; the till becomes its head."""
    till.last_chain_no += 1
    text = sale_text(
        sale=sale, till=till, chain_no=till.last_chain_no, lines=lines, tenders=tenders
    )
    document = FiscalDocument(
        company_id=sale.company_id,
        till=till,
        chain_no=till.last_chain_no,
        kind=FiscalDocument.Kind(sale.kind),
        sale=sale,
        text=text,
        previous_hash=till.chain_head,
        hash=chain_hash(till.chain_head, text),
    )
    till.chain_head = document.hash
    return document
