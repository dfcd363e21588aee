"""Checks of part payments: money held for baskets is ended once, and used in full."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I110",
        "A part payment brings money into an open basket, and is ended at most once,"
        " by a row of the same basket, kind and amount.",
        """
        SELECT part.company_id, part.event || ' ' || part.uid,
               ROW(part.event, part.kind, part.amount, part.taken_id, taken.event,
                   taken.kind, taken.amount)::text
        FROM sales_partpayment part
        LEFT JOIN sales_partpayment taken ON taken.id = part.taken_id
        WHERE (part.amount = 'NaN'
                OR CASE WHEN part.event = 'taken'
                    THEN part.amount <= 0
                        OR num_nonnulls(part.taken_id, part.tender_id) > 0
                        OR 1 < (SELECT count(*) FROM sales_partpayment ending
                                WHERE ending.taken_id = part.id)
                    ELSE (taken.event, taken.sale_id, taken.kind, -taken.amount,
                          taken.reference, taken.is_pending, taken.face_value)
                        IS DISTINCT FROM
                        ('taken', part.sale_id, part.kind, part.amount,
                         part.reference, part.is_pending, part.face_value)
                    END)
            /*company part*/
        """,
    ),
    Check(
        "I111",
        "An unfinished basket holds what its part payments come to, and a finished"
        " one holds nothing.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.status, sale.held_amount, held.amount)::text
        FROM sales_sale sale
        LEFT JOIN (
            SELECT sale_id, sum(amount) AS amount
            FROM sales_partpayment GROUP BY sale_id
        ) held ON held.sale_id = sale.id
        WHERE (sale.held_amount <> coalesce(held.amount, 0)
                OR (sale.held_amount <> 0
                    AND sale.status NOT IN ('open', 'parked')))
            /*company sale*/ /*of_sales sale.id*/
        """,
    ),
    Check(
        "I112",
        "A part payment is in a shift of its till; one that was used is a tender of"
        " the same money, in the shift that finalized the sale.",
        """
        SELECT part.company_id, part.event || ' ' || part.uid,
               ROW(part.till_id, part.shift_id, part.tender_id, part.kind, part.amount,
                   shift.till_id, sale.status, sale.shift_id, tender.kind,
                   tender.tendered)::text
        FROM sales_partpayment part
        LEFT JOIN sales_shift shift ON shift.id = part.shift_id
        LEFT JOIN sales_sale sale ON sale.id = part.sale_id
        LEFT JOIN sales_tender tender ON tender.id = part.tender_id
        WHERE (shift.till_id IS DISTINCT FROM part.till_id
                OR (part.event = 'used') <> (part.tender_id IS NOT NULL)
                OR (part.event = 'used'
                    AND (sale.status, sale.shift_id, tender.sale_id, tender.kind,
                         tender.tendered, tender.reference, tender.is_pending,
                         tender.face_value)
                        IS DISTINCT FROM
                        ('finalized', part.shift_id, part.sale_id, part.kind,
                         -part.amount, part.reference, part.is_pending,
                         part.face_value)))
            /*company part*/
        """,
    ),
    Check(
        "I113",
        "By kind, a Z report says what its shift took in part, gave back and used.",
        """
        SELECT z.company_id, z.report_number,
               ROW(z.figures -> 'held', parts.amounts)::text
        FROM sales_zreport z
        JOIN sales_shift shift ON shift.id = z.shift_id
        LEFT JOIN (
            SELECT by_kind.shift_id,
                   jsonb_object_agg(by_kind.kind, by_kind.amounts) AS amounts
            FROM (
                SELECT shift_id, kind, jsonb_build_array(
                        coalesce(sum(amount) FILTER (WHERE event = 'taken'), 0),
                        coalesce(sum(amount) FILTER (WHERE event = 'given_back'), 0),
                        coalesce(sum(amount) FILTER (WHERE event = 'used'), 0)
                    ) AS amounts
                FROM sales_partpayment GROUP BY shift_id, kind
            ) by_kind
            GROUP BY by_kind.shift_id
        ) parts ON parts.shift_id = shift.id
        WHERE coalesce(parts.amounts, '{}') <> (
                SELECT coalesce(jsonb_object_agg(figure ->> 0, jsonb_build_array(
                    (figure ->> 1)::numeric, (figure ->> 2)::numeric,
                    (figure ->> 3)::numeric)), '{}')
                FROM jsonb_array_elements(coalesce(z.figures -> 'held', '[]')) figure)
            /*company z*/ /*since shift*/
        """,
    ),
)
