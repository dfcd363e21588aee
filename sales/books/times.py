"""Checks of times: dates fit the zone of the outlet, and none is in the future."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I45",
        "A tax date was the date somewhere at the moment of its sale, and a business"
        " date was that, or the day before until noon.",
        # An outlet's zone may have been corrected since; zones go from -12 to +14.
        # A business day ends at noon at the latest.
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.business_date, sale.tax_date, sale.finalized_at)::text
        FROM sales_sale sale
        WHERE sale.status = 'finalized'
            AND NOT (sale.tax_date BETWEEN
                ((sale.finalized_at AT TIME ZONE 'UTC') - interval '12 hours')::date
                AND ((sale.finalized_at AT TIME ZONE 'UTC') + interval '14 hours')::date
            AND sale.business_date BETWEEN
                ((sale.finalized_at AT TIME ZONE 'UTC') - interval '24 hours')::date
                AND ((sale.finalized_at AT TIME ZONE 'UTC') + interval '14 hours')::date
            )
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I140",
        "Each line of a sale has the rate that was in force for its tax code on the"
        " tax date, unless a file stated its tax.",
        # A refund's line has its original's, as I13 checks.
        """
        SELECT line.company_id, sale.receipt_number || ' ' || line.position,
               ROW(sale.tax_date, line.tax_code, line.tax_rate, known.rate)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        LEFT JOIN (
            SELECT company_id, tax_code, rate, daterange(valid_from, lead(valid_from)
                       OVER (PARTITION BY company_id, tax_code ORDER BY valid_from)
                   ) AS days
            FROM pos_taxrate
        ) known ON known.company_id = line.company_id
            AND known.tax_code = line.tax_code AND known.days @> sale.tax_date
        WHERE sale.status = 'finalized' AND line.removed_by IS NULL
            AND line.original_line_id IS NULL AND NOT line.has_stated_tax
            AND line.tax_rate IS DISTINCT FROM
                CASE line.tax_code WHEN 'NG' THEN 0 ELSE known.rate END
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I145",
        "Each container of a sale has the deposit that was in force on the tax date.",
        # A refund's line has its original's, as I23 checks; a file may know none.
        """
        SELECT line.company_id, sale.receipt_number || ' ' || line.position,
               ROW(sale.tax_date, line.containers, line.deposit_rate,
                   known.amount)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        LEFT JOIN (
            SELECT company_id, amount, daterange(valid_from, lead(valid_from)
                       OVER (PARTITION BY company_id ORDER BY valid_from)) AS days
            FROM pos_containerdeposit
        ) known ON known.company_id = line.company_id AND known.days @> sale.tax_date
        WHERE sale.status = 'finalized' AND line.removed_by IS NULL
            AND line.original_line_id IS NULL
            AND line.deposit_rate <>
                CASE line.containers WHEN 0 THEN 0 ELSE coalesce(known.amount, 0) END
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I141",
        "A tax date is the business date or, after midnight, the day after it.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.tax_date, sale.business_date)::text
        FROM sales_sale sale
        WHERE sale.status = 'finalized'
            AND NOT sale.tax_date - sale.business_date BETWEEN 0 AND 1
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I46",
        "Nothing was recorded in the future.",
        """
        SELECT recorded.company_id, recorded.thing,
               ROW(recorded.recorded_at)::text
        FROM (
            SELECT company_id, recorded_at,
                   coalesce(receipt_number, uid::text) AS thing FROM sales_sale
            WHERE true /*of_sales sales_sale.id*/
            UNION ALL SELECT company_id, recorded_at, kind || ' ' || uid
                FROM sales_saleoperation
                WHERE true /*of_sales sales_saleoperation.sale_id*/
            UNION ALL SELECT company_id, recorded_at, kind || ' ' || source
                FROM pos_stockmovement WHERE true /*added pos_stockmovement*/
            UNION ALL SELECT company_id, recorded_at, kind || ' ' || source
                FROM customers_pointsentry WHERE true /*added customers_pointsentry*/
            UNION ALL SELECT company_id, printed_at, 'print ' || id
                FROM sales_receiptprint WHERE true /*added sales_receiptprint*/
            UNION ALL SELECT company_id, recorded_at, 'audit entry ' || id
                FROM pos_auditentry WHERE true /*added pos_auditentry*/
        ) recorded
        WHERE recorded.recorded_at > clock_timestamp() + interval '1 minute'
            /*company recorded*/
        """,
    ),
    Check(
        "I124",
        "The goods and points of a sale moved at its time, by its cashier.",
        """
        SELECT moved.company_id, sale.receipt_number || ' ' || moved.kind,
               ROW(moved.at, sale.finalized_at, moved.staff_member_id,
                   sale.cashier_id)::text
        FROM (
            SELECT company_id, source, kind, moved_at AS at, staff_member_id
            FROM pos_stockmovement WHERE kind IN ('sale', 'refund', 'write_off')
                /*added pos_stockmovement*/
            UNION ALL SELECT company_id, source, kind, entered_at, staff_member_id
            FROM customers_pointsentry
            WHERE kind IN ('earn', 'redeem', 'reverse', 'return')
                /*added customers_pointsentry*/
        ) moved
        JOIN sales_sale sale
            ON sale.company_id = moved.company_id AND sale.uid = moved.source
        WHERE (moved.at NOT BETWEEN sale.finalized_at - interval '1 minute'
                    AND sale.finalized_at + interval '1 minute'
                OR moved.staff_member_id IS DISTINCT FROM sale.cashier_id)
            /*company moved*/ /*dated sale*/
        """,
    ),
    Check(
        "I125",
        "Cash moved, was counted and corrected within the hours of its shift; in them,"
        " too, part payments were taken and ended, and baskets voided.",
        """
        SELECT held.company_id, till.code || ' ' || held.thing,
               ROW(held.at, shift.opened_at, shift.closed_at)::text
        FROM (
            SELECT company_id, shift_id, 'movement ' || uid AS thing, moved_at AS at
            FROM sales_cashmovement WHERE true /*added sales_cashmovement*/
            UNION ALL SELECT company_id, shift_id, 'count ' || uid, counted_at
            FROM sales_cashcount WHERE true /*added sales_cashcount*/
            UNION ALL SELECT company_id, shift_id, 'correction ' || uid, corrected_at
            FROM sales_tendercorrection
            WHERE true /*added sales_tendercorrection*/
            UNION ALL SELECT company_id, shift_id, 'part payment ' || uid, happened_at
            FROM sales_partpayment WHERE true /*added sales_partpayment*/
            UNION ALL SELECT company_id, shift_id, 'voided ' || uid, voided_at
            FROM sales_sale WHERE status = 'voided' /*of_sales sales_sale.id*/
        ) held
        JOIN sales_shift shift ON shift.id = held.shift_id
        JOIN pos_till till ON till.id = shift.till_id
        WHERE (held.at < shift.opened_at - interval '1 minute'
                OR held.at > shift.closed_at + interval '1 minute')
            /*company held*/ /*dated shift*/
        """,
    ),
    Check(
        "I126",
        "What belongs to a sale came in its order: acts before it, and confirmations,"
        " corrections and prints after it.",
        """
        SELECT placed.company_id, placed.thing, ROW(placed.first, placed.second)::text
        FROM (
            SELECT act.company_id, sale.uid || ' ' || act.seq AS thing,
                   lag(act.recorded_at) OVER acts AS first,
                   act.recorded_at AS second
            FROM sales_saleoperation act JOIN sales_sale sale ON sale.id = act.sale_id
            WHERE true /*of_sales act.sale_id*/
            WINDOW acts AS (PARTITION BY act.sale_id ORDER BY act.seq)
            UNION ALL SELECT act.company_id, sale.receipt_number || ' ' || act.seq,
                   act.recorded_at, sale.recorded_at
            FROM sales_saleoperation act JOIN sales_sale sale ON sale.id = act.sale_id
            WHERE sale.status = 'finalized' /*of_sales act.sale_id*/
            UNION ALL SELECT print.company_id,
                   sale.receipt_number || ' copy ' || print.copy_number,
                   coalesce(lag(print.printed_at) OVER prints, sale.recorded_at),
                   print.printed_at
            FROM sales_receiptprint print
            JOIN sales_sale sale ON sale.id = print.sale_id
            WHERE true /*of_sales print.sale_id*/
            WINDOW prints AS (PARTITION BY print.sale_id ORDER BY print.copy_number)
            UNION ALL SELECT later.company_id, sale.receipt_number || later.thing,
                   sale.finalized_at, later.at
            FROM (
                SELECT company_id, tender_id, ' confirmed' AS thing, confirmed_at AS at
                FROM sales_tenderconfirmation
                WHERE true /*added sales_tenderconfirmation*/
                UNION ALL SELECT company_id, tender_id, ' corrected', corrected_at
                FROM sales_tendercorrection
                WHERE true /*added sales_tendercorrection*/
            ) later
            JOIN sales_tender tender ON tender.id = later.tender_id
            JOIN sales_sale sale ON sale.id = tender.sale_id
        ) placed
        WHERE placed.second < placed.first - interval '1 minute' /*company placed*/
        """,
    ),
)
