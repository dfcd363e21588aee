"""Checks of the drawer: counts, cash movements and corrections of tenders."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I39",
        "A confirmation is of a tender whose money was pending, once, and names the"
        " bank's reference.",
        """
        SELECT confirmation.company_id,
               coalesce(sale.receipt_number, 'tender') || ' ' || confirmation.reference,
               ROW(confirmation.id, tender.is_pending)::text
        FROM sales_tenderconfirmation confirmation
        LEFT JOIN sales_tender tender ON tender.id = confirmation.tender_id
        LEFT JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE (NOT coalesce(tender.is_pending, false) OR confirmation.reference = ''
                OR 1 < (SELECT count(*) FROM sales_tenderconfirmation other
                        WHERE other.tender_id = confirmation.tender_id))
            /*company confirmation*/ /*since sale*/
        """,
    ),
    Check(
        "I76",
        "A correction is of the whole tender, from the kind that it had until then,"
        " in the shift that took the money.",
        """
        SELECT correction.company_id,
               coalesce(sale.receipt_number, 'tender') || ' ' || correction.kind_before,
               ROW(correction.id, correction.kind_after, correction.kind_until_then,
                   correction.amount, tender.amount, tender.kind,
                   correction.shift_id)::text
        FROM (
            SELECT *, lag(kind_after) OVER (PARTITION BY tender_id ORDER BY id)
                AS kind_until_then
            FROM sales_tendercorrection
        ) correction
        LEFT JOIN sales_tender tender ON tender.id = correction.tender_id
        LEFT JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE (correction.amount IS DISTINCT FROM tender.amount
                OR correction.shift_id IS DISTINCT FROM sale.shift_id
                OR correction.kind_after = correction.kind_before
                OR correction.kind_before IS DISTINCT FROM
                    coalesce(correction.kind_until_then, tender.kind))
            /*company correction*/ /*since sale*/
        """,
    ),
    Check(
        "I88",
        "What was confirmed counts as what it was pending as.",
        """
        SELECT confirmation.company_id,
               coalesce(sale.receipt_number, 'tender') || ' ' || confirmation.reference,
               ROW(correction.kind_after, tender.kind)::text
        FROM sales_tenderconfirmation confirmation
        JOIN (
            SELECT DISTINCT ON (tender_id) tender_id, kind_after
            FROM sales_tendercorrection ORDER BY tender_id, id DESC
        ) correction ON correction.tender_id = confirmation.tender_id
        LEFT JOIN sales_tender tender ON tender.id = confirmation.tender_id
        LEFT JOIN sales_sale sale ON sale.id = tender.sale_id
        WHERE correction.kind_after IS DISTINCT FROM tender.kind
            /*company confirmation*/ /*since sale*/
        """,
    ),
    Check(
        "I77",
        "Cash moves the way its kind says, for a reason.",
        """
        SELECT movement.company_id, movement.kind || ' ' || movement.uid,
               ROW(movement.kind, movement.amount)::text
        FROM sales_cashmovement movement
        JOIN sales_shift shift ON shift.id = movement.shift_id
        WHERE (movement.reason = ''
                OR movement.amount = 'NaN'
                OR sign(movement.amount) <> CASE movement.kind
                    WHEN 'pay_in' THEN 1 WHEN 'no_sale' THEN 0 ELSE -1 END)
            /*company movement*/ /*since shift*/
        """,
    ),
    Check(
        "I78",
        "A shift begins with the float that was counted and ends with the last count.",
        """
        SELECT shift.company_id, till.code || ' ' || shift.opened_at,
               ROW(shift.opening_float, shift.counted_cash, opening.total,
                   closing.total)::text
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        LEFT JOIN (
            SELECT DISTINCT ON (shift_id, moment) shift_id, moment, total
            FROM sales_cashcount ORDER BY shift_id, moment, id DESC
        ) opening ON opening.shift_id = shift.id AND opening.moment = 'opening'
        LEFT JOIN (
            SELECT DISTINCT ON (shift_id, moment) shift_id, moment, total
            FROM sales_cashcount ORDER BY shift_id, moment, id DESC
        ) closing ON closing.shift_id = shift.id AND closing.moment = 'closing'
        WHERE (opening.total <> shift.opening_float
                OR (shift.closed_at IS NOT NULL
                    AND closing.total IS DISTINCT FROM shift.counted_cash))
            /*company shift*/ /*since shift*/
        """,
    ),
    Check(
        "I79",
        "The notes and coins of a count come to its total.",
        """
        SELECT counted.company_id, counted.moment || ' ' || counted.uid,
               ROW(counted.total, counted.pieces)::text
        FROM sales_cashcount counted
        JOIN sales_shift shift ON shift.id = counted.shift_id
        WHERE counted.pieces <> '{}' AND counted.total IS DISTINCT FROM (
                SELECT sum(CASE WHEN face ~ '^[0-9]+([.][0-9]+)?$'
                                    AND number ~ '^[0-9]+$'
                                THEN face::numeric * number::numeric END)
                FROM jsonb_each_text(counted.pieces) piece (face, number))
            /*company counted*/ /*since shift*/
        """,
    ),
    Check(
        "I133",
        "A shift was opened with one count, by its cashier at its opening.",
        """
        SELECT shift.company_id, till.code || ' ' || shift.opened_at,
               ROW(opening.number, opening.total, opening.staff_member_id,
                   opening.counted_at)::text
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        JOIN (
            SELECT shift_id, count(*) AS number, min(total) AS total,
                   min(staff_member_id) AS staff_member_id,
                   min(counted_at) AS counted_at
            FROM sales_cashcount WHERE moment = 'opening' GROUP BY shift_id
        ) opening ON opening.shift_id = shift.id
        WHERE (opening.number, opening.total, opening.staff_member_id,
               opening.counted_at)
                IS DISTINCT FROM
                (1::bigint, shift.opening_float, shift.cashier_id, shift.opened_at)
            /*company shift*/ /*since shift*/
        """,
    ),
)
