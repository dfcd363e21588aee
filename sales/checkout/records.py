"""Records: the rows that a finalization writes."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from django.db import connection
from django.db.models.functions import Now

from pos.core.prepared import Param, PreparedUpdate
from pos.models import StaffMember
from sales.models import FiscalDocument, PartPayment, Sale, Tender

FINISHED = (
    "status",
    "shift_id",
    "device_id",
    "cashier_id",
    "approved_by_id",
    "number",
    "receipt_number",
    "revision",
    "line_count",
    "total",
    "net_total",
    "deposits",
    "points_redeemed",
    "points_value",
    "rounding",
    "tenders_fingerprint",
    "opened_at",
    "finalized_at",
    "business_date",
    "held_amount",
    "tax_date",
)
FINISH = PreparedUpdate(
    Sale.objects.filter(pk=Param("pk")),
    recorded_at=Now(),
    **{name: Param(name) for name in FINISHED},
)

RECORD = """
    WITH tendered AS (
        INSERT INTO sales_tender
            (company_id, sale_id, position, kind, tendered, change, reference,
             is_pending, is_alternative_method, face_value)
        SELECT %s, %s, tender.*
        FROM unnest(%s::int[], %s::text[], %s::numeric[], %s::numeric[],
                    %s::text[], %s::bool[], %s::bool[], %s::numeric[]) AS tender
        RETURNING id, position, amount, voucher_code
    ), /*used*/ linked AS (
        INSERT INTO sales_fiscaldocument
            (company_id, till_id, chain_no, kind, sale_id, text,
             previous_hash, hash)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ), counted AS (
        UPDATE pos_till
        SET last_sale_number = %s, last_refund_number = %s, last_chain_no = %s,
            chain_head = %s, last_document_at = %s
        WHERE id = %s
    )
"""
# A finalized sale takes no more tenders: they are counted, and so made, before it is.
AFTER_TENDERS = " AND %s = (SELECT count(*) FROM tendered)"
AFTER_USED = " AND %s = (SELECT count(*) FROM used)"
# What the database makes of other columns, of the sale and of each of its tenders.
FILLED = ("tax_total", "due", "recorded_at")
FILLED_OF_TENDERS = ("id", "amount", "voucher_code")
RETURNING = """
    RETURNING sales_sale.tax_total, sales_sale.due, sales_sale.recorded_at,
        ARRAY(SELECT id FROM tendered ORDER BY position),
        ARRAY(SELECT amount FROM tendered ORDER BY position),
        ARRAY(SELECT voucher_code FROM tendered ORDER BY position)
"""
# What was held of part payments is used for the tenders that are made of it.
RECORD_USED = RECORD.replace(
    "/*used*/",
    """
    used AS (
        INSERT INTO sales_partpayment
            (company_id, sale_id, till_id, shift_id, staff_member_id, event,
             happened_at, uid, taken_id, tender_id, kind, amount, reference,
             is_pending, face_value, approved_by_id)
        SELECT %s, %s, %s, %s, %s, 'used', %s, part.uid, part.taken_id, tendered.id,
               part.kind, part.amount, part.reference, part.is_pending,
               part.face_value, CASE part.kind WHEN 'cash' THEN %s::bigint END
        FROM unnest(%s::int[], %s::uuid[], %s::bigint[], %s::text[], %s::numeric[],
                    %s::text[], %s::bool[], %s::numeric[])
            AS part (position, uid, taken_id, kind, amount, reference, is_pending,
                     face_value)
        JOIN tendered USING (position)
        RETURNING id
    ),
    """,
)


def record_finalization(
    *,
    sale: Sale,
    tenders: Sequence[Tender],
    document: FiscalDocument,
    used: Sequence[PartPayment] = (),
    approved_by: StaffMember | None = None,
) -> None:
    """Write the tenders, the chain's link, the till's counters and the sale.

    They, and what was ``used`` of part payments for the first tenders, are one
    statement for any number of them. ``approved_by`` answers for change of these that
    the drawer did not hold. The caller holds the locks of sale and till, and has set
    every field; what the database fills is set here.
    """
    till = document.till
    finish, finished = FINISH.bind(
        pk=sale.pk, **{name: getattr(sale, name) for name in FINISHED}
    )
    finish += AFTER_TENDERS + (AFTER_USED if used else "") + RETURNING
    with connection.cursor() as cursor:
        cursor.execute(
            (RECORD_USED if used else RECORD) + finish,
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
                [tender.face_value for tender in tenders],
                *_used(sale, used, approved_by),
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
                *finished,
                len(tenders),
                *([len(used)] if used else []),
            ],
        )
        filled = cursor.fetchone()
    _take_filled(sale, tenders, filled)


def _take_filled(sale: Sale, tenders: Sequence[Tender], filled: Sequence[Any]) -> None:
    for name, value in zip(FILLED, filled, strict=False):
        setattr(sale, name, value)
    of_tenders = filled[len(FILLED) :]
    for name, values in zip(FILLED_OF_TENDERS, of_tenders, strict=True):
        for tender, value in zip(tenders, values, strict=True):
            setattr(tender, name, value)
    for tender in tenders:
        tender._state.adding = False
        tender._state.db = sale._state.db


def _used(
    sale: Sale, used: Sequence[PartPayment], approved_by: StaffMember | None
) -> list[Any]:
    """Return the values of the rows that use part payments; none for none."""
    if not used:
        return []
    return [
        sale.company_id,
        sale.pk,
        sale.till_id,
        sale.shift_id,
        sale.cashier_id,
        sale.finalized_at,
        approved_by.pk if approved_by else None,
        list(range(1, len(used) + 1)),
        [uuid5(part.uid, "used") for part in used],
        [part.pk for part in used],
        [str(part.kind) for part in used],
        [-part.amount for part in used],
        [part.reference for part in used],
        [part.is_pending for part in used],
        [part.face_value for part in used],
    ]
