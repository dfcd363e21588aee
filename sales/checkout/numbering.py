"""Numbering: a document's number at its till, and its link in the till's chain."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from pos.core.chains import chain_hash
from pos.core.receipt_numbers import REFUND, SALE, format_receipt_number
from pos.models import StaffMember, Till
from sales.checkout.fiscal_text import sale_text
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
    """Make the link of a sale or refund in the till's chain; neither is saved.

    Reads who changed prices by hand, where somebody did.
    """
    if priced := [line for line in lines if line.priced_by_id is not None]:
        prefetch_related_objects(priced, "priced_by")
    chain_no = till.last_chain_no + 1
    text = sale_text(
        sale=sale, till=till, chain_no=chain_no, lines=lines, tenders=tenders
    )
    document = FiscalDocument(kind=FiscalDocument.Kind(sale.kind), sale=sale, text=text)
    return append_to_chain(document, till=till)


def append_to_chain(document: FiscalDocument, *, till: Till) -> FiscalDocument:
    """Give the document its place in the till's chain, which ends with it now.

    ``document`` has its kind, its subject and its text. Neither is saved.
    """
    till.last_chain_no += 1
    document.company_id, document.till = till.company_id, till
    document.chain_no = till.last_chain_no
    document.previous_hash = till.chain_head
    document.hash = till.chain_head = chain_hash(till.chain_head, document.text)
    return document
