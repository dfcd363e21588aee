"""Checks of numbers: each till numbers its documents without a gap."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I25",
        "Receipt numbers run 1, 2, 3 on each till, for sales and for refunds.",
        """
        SELECT till.company_id, till.code || ' ' || sale.kind,
               ROW(max(sale.number) - count(*), min(sale.number), count(*) -
                   count(DISTINCT sale.number))::text
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        WHERE sale.status = 'finalized' /*company till*/
        GROUP BY till.id, sale.kind
        HAVING min(sale.number) <> 1 OR max(sale.number) <> count(*)
            OR count(DISTINCT sale.number) <> count(*)
        """,
    ),
    Check(
        "I26",
        "A till's counters are the last number and the last link that it gave.",
        """
        SELECT till.company_id, till.code,
               ROW(till.last_sale_number - numbered.sale,
                   till.last_refund_number - numbered.refund,
                   till.last_z_number - reported.z,
                   till.last_chain_no - linked.chain_no)::text
        FROM pos_till till
        LEFT JOIN (
            SELECT till_id,
                   max(number) FILTER (WHERE kind = 'sale') AS sale,
                   max(number) FILTER (WHERE kind = 'refund') AS refund
            FROM sales_sale WHERE status = 'finalized' GROUP BY till_id
        ) numbered ON numbered.till_id = till.id
        LEFT JOIN (
            SELECT till_id, max(number) AS z FROM sales_zreport GROUP BY till_id
        ) reported ON reported.till_id = till.id
        LEFT JOIN (
            SELECT till_id, max(chain_no) AS chain_no
            FROM sales_fiscaldocument GROUP BY till_id
        ) linked ON linked.till_id = till.id
        WHERE (till.last_sale_number <> coalesce(numbered.sale, 0)
                OR till.last_refund_number <> coalesce(numbered.refund, 0)
                OR till.last_z_number <> coalesce(reported.z, 0)
                OR till.last_chain_no <> coalesce(linked.chain_no, 0))
            /*company till*/
        """,
    ),
    Check(
        "I29",
        "On each till numbers rise with the chain, whatever the clock said.",
        """
        SELECT document.company_id, document.receipt_number,
               ROW(document.chain_no, document.before)::text
        FROM (
            SELECT sale.company_id, sale.receipt_number, link.chain_no,
                   lag(link.chain_no) OVER (
                       PARTITION BY sale.till_id, sale.kind ORDER BY sale.number
                   ) AS before
            FROM sales_sale sale
            JOIN sales_fiscaldocument link ON link.sale_id = sale.id
            WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        ) document
        WHERE document.chain_no <= document.before
        """,
    ),
    Check(
        "I36",
        "No uid occurs twice in a company: what a till names, it names once.",
        """
        SELECT named.company_id, named.thing || ' ' || named.uid,
               ROW(count(*))::text
        FROM (
            SELECT company_id, 'sale' AS thing, uid FROM sales_sale
            UNION ALL SELECT company_id, 'line', uid FROM sales_saleline
            UNION ALL SELECT company_id, 'act', uid FROM sales_saleoperation
            UNION ALL SELECT company_id, 'shift', uid FROM sales_shift
            UNION ALL SELECT company_id, 'count', uid FROM sales_cashcount
            UNION ALL SELECT company_id, 'movement', uid FROM sales_cashmovement
            UNION ALL SELECT company_id, 'confirmation', uid
                FROM sales_tenderconfirmation
            UNION ALL SELECT company_id, 'correction', uid FROM sales_tendercorrection
        ) named
        WHERE true /*company named*/
        GROUP BY named.company_id, named.thing, named.uid
        HAVING count(*) > 1
        """,
        is_whole_only=True,
    ),
    Check(
        "I63",
        "A receipt number is made of its till, its kind and its number.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.kind, sale.number)::text
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        WHERE sale.status = 'finalized'
            AND sale.receipt_number <> till.code
                || CASE sale.kind WHEN 'sale' THEN '-S-' ELSE '-R-' END
                || lpad(sale.number::text,
                        greatest(6, length(sale.number::text)), '0')
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I64",
        "The prints of a receipt are numbered 0, 1, 2, and only finalized sales"
        " have one.",
        """
        SELECT print.company_id, coalesce(max(sale.receipt_number), 'not finalized'),
               ROW(array_agg(print.copy_number ORDER BY print.copy_number))::text
        FROM sales_receiptprint print
        LEFT JOIN sales_sale sale ON sale.id = print.sale_id
        WHERE true /*company print*/ /*since sale*/
        GROUP BY print.company_id, print.sale_id
        HAVING min(print.copy_number) <> 0
            OR max(print.copy_number) <> count(*) - 1
            OR bool_or(sale.status IS DISTINCT FROM 'finalized')
        """,
    ),
)
