"""Checks of Z reports: their numbers, their sums and their shifts."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I34",
        "Z reports run 1, 2, 3 on each till, and their grand total only adds up.",
        """
        SELECT report.company_id, report.report_number,
               ROW(report.number, report.place, report.grand_total, report.running,
                   report.last - till.last_z_number)::text
        FROM (
            SELECT z.*, row_number() OVER run AS place,
                   sum(z.total) OVER run AS running,
                   max(z.number) OVER (PARTITION BY z.till_id) AS last
            FROM sales_zreport z
            WINDOW run AS (PARTITION BY z.till_id ORDER BY z.number)
        ) report
        JOIN pos_till till ON till.id = report.till_id
        WHERE (report.number <> report.place OR report.grand_total <> report.running
                OR report.last <> till.last_z_number)
            /*company report*/
        """,
    ),
    Check(
        "I35",
        "A Z report is what its shift sold, and every closed shift has one, of its own"
        " till.",
        """
        SELECT shift.company_id, till.code || ' ' || shift.opened_at,
               ROW(z.id, z.till_id, z.total, z.tax_total, z.rounding, sold.total,
                   sold.tax_total, sold.rounding)::text
        FROM sales_shift shift
        JOIN pos_till till ON till.id = shift.till_id
        LEFT JOIN sales_zreport z ON z.shift_id = shift.id
        LEFT JOIN (
            SELECT shift_id, sum(total) AS total, sum(tax_total) AS tax_total,
                   sum(rounding) AS rounding
            FROM sales_sale
            WHERE status = 'finalized' /*of_shifts sales_sale.shift_id*/
            GROUP BY shift_id
        ) sold ON sold.shift_id = shift.id
        WHERE ((shift.closed_at IS NULL) <> (z.id IS NULL)
                OR z.till_id <> shift.till_id
                OR z.total <> coalesce(sold.total, 0)
                OR z.tax_total <> coalesce(sold.tax_total, 0)
                OR z.rounding <> coalesce(sold.rounding, 0))
            /*company shift*/ /*since shift*/
        """,
    ),
    Check(
        "I80",
        "A Z report's figures are its columns, and its shift's cash.",
        """
        SELECT z.company_id, z.report_number,
               ROW(z.figures, z.total, z.tax_total, z.rounding, z.grand_total,
                   shift.opening_float, shift.expected_cash, shift.counted_cash)::text
        FROM sales_zreport z
        JOIN sales_shift shift ON shift.id = z.shift_id
        WHERE (ARRAY[z.figures ->> 'total', z.figures ->> 'tax',
                     z.figures ->> 'rounding', z.figures ->> 'grand_total',
                     z.figures #>> '{cash,float}', z.figures #>> '{cash,expected}',
                     z.figures #>> '{cash,counted}']
                IS DISTINCT FROM
                ARRAY[z.total::text, z.tax_total::text, z.rounding::text,
                      z.grand_total::text, shift.opening_float::text,
                      shift.expected_cash::text, shift.counted_cash::text])
            /*company z*/ /*since shift*/
        """,
    ),
    Check(
        "I95",
        "A Z report has what came or went between the last count and the float, every"
        " basket that was voided in its shift or since the one before, and every cash"
        " out that was refused.",
        # Z reports from before the first of these figures have none of them.
        """
        SELECT z.company_id, z.report_number,
               ROW(z.figures #> '{cash,since_last_count}',
                   z.figures #> '{counts,voids}', shift.opening_float,
                   shift.last_count, voided.number,
                   before.number, refused.number)::text
        FROM sales_zreport z
        JOIN (
            SELECT *, lag(id) OVER run AS last_id,
                   lag(counted_cash) OVER run AS last_count
            FROM sales_shift WINDOW run AS (PARTITION BY till_id ORDER BY id)
        ) shift ON shift.id = z.shift_id
        LEFT JOIN (
            SELECT shift_id, count(*) AS number
            FROM sales_sale WHERE status = 'voided' GROUP BY shift_id
        ) voided ON voided.shift_id = shift.id
        LEFT JOIN (
            SELECT till_id, coalesce(voided_after_id, 0) AS last_id,
                   count(*) AS number
            FROM sales_sale WHERE status = 'voided' AND shift_id IS NULL
            GROUP BY till_id, coalesce(voided_after_id, 0)
        ) before ON before.till_id = shift.till_id
            AND before.last_id = coalesce(shift.last_id, 0)
        LEFT JOIN (
            SELECT shift_id, count(*) AS number
            FROM sales_refusedcashout GROUP BY shift_id
        ) refused ON refused.shift_id = shift.id
        WHERE z.figures #> '{cash,since_last_count}' IS NOT NULL
            AND ((z.figures #>> '{cash,since_last_count}')::numeric
                    <> coalesce(shift.opening_float - shift.last_count, 0)
                OR (z.figures #>> '{counts,voids}')::bigint IS DISTINCT FROM
                    coalesce(voided.number, 0) + coalesce(before.number, 0)
                OR coalesce((z.figures #>> '{counts,refused_cash_outs}')::bigint, 0)
                    <> coalesce(refused.number, 0))
            /*company z*/ /*since shift*/
        """,
    ),
    Check(
        "I81",
        "By kind, a Z report tells what its shift's tenders and corrections come to.",
        """
        SELECT z.company_id, z.report_number,
               ROW(z.figures -> 'tenders', taken.amounts)::text
        FROM sales_zreport z
        JOIN sales_shift shift ON shift.id = z.shift_id
        LEFT JOIN (
            SELECT by_kind.shift_id,
                   jsonb_object_agg(by_kind.kind, by_kind.amount::text) AS amounts
            FROM (
                SELECT money.shift_id, money.kind, sum(money.amount) AS amount
                FROM (
                    SELECT sale.shift_id, tender.kind, tender.amount
                    FROM sales_tender tender
                    JOIN sales_sale sale ON sale.id = tender.sale_id
                    WHERE true /*of_shifts sale.shift_id*/
                    UNION ALL
                    SELECT shift_id, kind_after, amount FROM sales_tendercorrection
                    UNION ALL
                    SELECT shift_id, kind_before, -amount FROM sales_tendercorrection
                ) money
                GROUP BY money.shift_id, money.kind
            ) by_kind
            GROUP BY by_kind.shift_id
        ) taken ON taken.shift_id = shift.id
        WHERE coalesce(taken.amounts, '{}') <> (
                SELECT coalesce(jsonb_object_agg(
                    figure ->> 0, ((figure ->> 2)::numeric + (figure ->> 4)::numeric
                                    + (figure ->> 5)::numeric)::text), '{}')
                FROM jsonb_array_elements(z.figures -> 'tenders') figure)
            /*company z*/ /*since shift*/
        """,
    ),
    Check(
        "I82",
        "A Z report's number is made of its till and its number, and it has its one"
        " document in the till's chain.",
        """
        SELECT coalesce(z.company_id, document.company_id),
               coalesce(z.report_number, 'document ' || document.id),
               ROW(z.figures, z.report_number, document.hash, document.till_id)::text
        FROM sales_zreport z
        FULL JOIN (SELECT * FROM sales_fiscaldocument WHERE kind = 'z_report') document
            ON document.z_report_id = z.id
        LEFT JOIN pos_till till ON till.id = z.till_id
        LEFT JOIN sales_shift shift ON shift.id = z.shift_id
        WHERE (document.till_id IS DISTINCT FROM z.till_id
                OR z.report_number IS DISTINCT FROM till.code || '-Z-'
                    || lpad(z.number::text, greatest(6, length(z.number::text)), '0'))
            /*company z*/ /*since shift*/
        """,
    ),
)
