"""Records: the rows that a finalization writes."""

from collections.abc import Sequence

from django.db import connection
from django.db.models.functions import Now

from pos.core.prepared import Param, PreparedUpdate
from sales.models import FiscalDocument, Sale, Tender

FINISHED = (
    "status",
    "shift_id",
    "cashier_id",
    "approved_by_id",
    "number",
    "receipt_number",
    "revision",
    "line_count",
    "total",
    "net_total",
    "points_redeemed",
    "points_value",
    "rounding",
    "tenders_fingerprint",
    "finalized_at",
    "business_date",
)
FINISH = PreparedUpdate(
    Sale.objects.filter(pk=Param("pk")),
    recorded_at=Now(),
    **{name: Param(name) for name in FINISHED},
)


def record_finalization(
    *, sale: Sale, tenders: Sequence[Tender], document: FiscalDocument
) -> None:
    """Write the tenders, the chain's link, the till's counters and the sale.

    The first three are one statement for any number of tenders. The sale comes
    last: a finalized one takes no more tenders. The caller holds the locks of
    sale and till, and has set every field.
    """
    till = document.till
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH tendered AS (
                INSERT INTO sales_tender
                    (company_id, sale_id, position, kind, tendered, change, reference,
                     is_pending, is_alternative_method)
                SELECT %s, %s, tender.*
                FROM unnest(%s::int[], %s::text[], %s::numeric[], %s::numeric[],
                            %s::text[], %s::bool[], %s::bool[]) AS tender
            ), linked AS (
                INSERT INTO sales_fiscaldocument
                    (company_id, till_id, chain_no, kind, sale_id, text,
                     previous_hash, hash)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            )
            UPDATE pos_till
            SET last_sale_number = %s, last_refund_number = %s, last_chain_no = %s,
                chain_head = %s, last_document_at = %s
            WHERE id = %s
            """,
            [
                sale.company_id,
                sale.pk,
                [tender.position for tender in tenders],
                [str(tender.kind) for tender in tenders],
                [tender.tendered for tender in tenders],
                [tender.change for tender in tenders],
                [tender.reference for tender in tenders],
                [tender.is_pending for tender in tenders],
                [tender.is_alternative_method for tender in tenders],
                sale.company_id,
                till.pk,
                document.chain_no,
                str(document.kind),
                sale.pk,
                document.text,
                document.previous_hash,
                document.hash,
                till.last_sale_number,
                till.last_refund_number,
                till.last_chain_no,
                till.chain_head,
                till.last_document_at,
                till.pk,
            ],
        )
    FINISH.run(pk=sale.pk, **{name: getattr(sale, name) for name in FINISHED})
