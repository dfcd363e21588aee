"""Checks of refunds: never more than was sold, and at the price that was paid."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I19",
        "No line was refunded by more than was sold, in quantity or in money.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.quantity, line.total, line.refunded_quantity,
                   line.refunded_total, given_back.quantity, given_back.total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        LEFT JOIN (
            SELECT original_line_id, sum(quantity) AS quantity, sum(total) AS total
            FROM sales_saleline WHERE original_line_id IS NOT NULL
            GROUP BY original_line_id
        ) given_back ON given_back.original_line_id = line.id
        WHERE line.quantity > 0
            AND (line.refunded_quantity NOT BETWEEN 0 AND line.quantity
                OR line.refunded_total NOT BETWEEN 0 AND line.total
                OR -given_back.quantity > line.quantity
                OR -given_back.total > line.total)
            /*company line*/
        """,
    ),
    Check(
        "I20",
        "A line's refunded counters are what its refunds come to.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.refunded_quantity, line.refunded_total, given_back.quantity,
                   given_back.total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        LEFT JOIN (
            SELECT part.original_line_id, sum(part.quantity) AS quantity,
                   sum(part.total) AS total
            FROM sales_saleline part
            JOIN sales_sale refund ON refund.id = part.sale_id
            WHERE part.original_line_id IS NOT NULL AND part.removed_by IS NULL
                AND refund.status = 'finalized'
            GROUP BY part.original_line_id
        ) given_back ON given_back.original_line_id = line.id
        WHERE (line.refunded_quantity <> -coalesce(given_back.quantity, 0)
                OR line.refunded_total <> -coalesce(given_back.total, 0))
            /*company line*/
        """,
    ),
    Check(
        "I21",
        "A refund is of a finalized sale and never of a refund, or somebody approved"
        " it without one.",
        """
        SELECT refund.company_id, coalesce(refund.receipt_number, refund.uid::text),
               ROW(refund.kind, refund.original_id, original.kind,
                   original.status)::text
        FROM sales_sale refund
        LEFT JOIN sales_sale original ON original.id = refund.original_id
        WHERE CASE WHEN refund.kind = 'sale' THEN refund.original_id IS NOT NULL
                WHEN refund.original_id IS NULL THEN refund.approved_by_id IS NULL
                ELSE original.kind IS DISTINCT FROM 'sale'
                    OR original.status IS DISTINCT FROM 'finalized' END
            /*company refund*/ /*since refund*/
        """,
    ),
    Check(
        "I22",
        "What was paid back for a sale is never more than was paid for it; when all"
        " its goods are back, it is all of it, but for what no coin could pay.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.due, refunds.due)::text
        FROM sales_sale sale
        JOIN (
            SELECT original_id, -sum(due) AS due FROM sales_sale
            WHERE kind = 'refund' AND status = 'finalized'
                AND original_id IS NOT NULL
            GROUP BY original_id
        ) refunds ON refunds.original_id = sale.id
        JOIN (
            SELECT sale_id, bool_and(refunded_quantity = quantity) AS are_back
            FROM sales_saleline
            WHERE removed_by IS NULL
                AND sale_id IN (SELECT original_id FROM sales_sale
                                WHERE original_id IS NOT NULL)
            GROUP BY sale_id
        ) lines ON lines.sale_id = sale.id
        JOIN pos_company company ON company.id = sale.company_id
        WHERE (refunds.due > sale.due
                OR (lines.are_back AND refunds.due <> sale.due
                    AND sale.due - refunds.due >= company.cash_rounding_step))
            /*company sale*/
        """,
    ),
    Check(
        "I23",
        "A refund's line gives back a line of the refund's own sale: the same product"
        " at the same price from the same source, cost, rate and deposit.",
        """
        SELECT line.company_id,
               coalesce(refund.receipt_number, refund.uid::text)
                   || ' ' || line.position,
               ROW(line.original_line_id, line.product_id, line.unit_price,
                   line.unit_cost, line.tax_code, line.tax_rate, original.product_id,
                   original.unit_price, original.unit_cost, original.tax_code,
                   original.tax_rate)::text
        FROM sales_saleline line
        JOIN sales_sale refund ON refund.id = line.sale_id
        LEFT JOIN sales_saleline original ON original.id = line.original_line_id
        WHERE refund.kind = 'refund'
            AND (original.sale_id IS DISTINCT FROM refund.original_id
                OR original.removed_by IS NOT NULL
                OR (original.id IS NOT NULL
                    AND (line.product_id, line.unit_price, line.unit_cost,
                         line.tax_code, line.tax_rate, line.base_price,
                         line.price_source, line.price_reason, line.priced_by_id,
                         line.points_factor, line.serial, line.modifiers,
                         line.containers, line.deposit_rate)
                        IS DISTINCT FROM
                        (original.product_id, original.unit_price,
                         original.unit_cost, original.tax_code, original.tax_rate,
                         original.base_price, original.price_source,
                         original.price_reason, original.priced_by_id,
                         original.points_factor, original.serial,
                         original.modifiers, original.containers,
                         original.deposit_rate)))
            /*company line*/ /*since refund*/
        """,
    ),
    Check(
        "I24",
        "Somebody approved every refund without a receipt, and every one paid back in"
        " another way than was paid.",
        """
        SELECT refund.company_id, coalesce(refund.receipt_number, refund.uid::text),
               ROW(refund.original_id)::text
        FROM sales_sale refund
        WHERE refund.kind = 'refund' AND refund.approved_by_id IS NULL
            AND (refund.original_id IS NULL
                OR EXISTS (SELECT FROM sales_tender tender
                           WHERE tender.sale_id = refund.id
                               AND tender.is_alternative_method))
            /*company refund*/ /*since refund*/
        """,
    ),
    Check(
        "I73",
        "A line's refunds come to its share of what was paid for it, to the cent and"
        " however often it was divided; and so does their tax.",
        """
        SELECT line.company_id, sale.receipt_number || ' ' || line.position,
               ROW(line.total, line.net_total, line.refunded_quantity,
                   line.refunded_total, given_back.tax)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_company company ON company.id = line.company_id
        JOIN (
            SELECT original_line_id, -sum(total - net_total) AS tax
            FROM sales_saleline WHERE original_line_id IS NOT NULL
            GROUP BY original_line_id
        ) given_back ON given_back.original_line_id = line.id
        WHERE (line.refunded_total <> round(
                    line.total * line.refunded_quantity / line.quantity,
                    company.currency_places)
                OR given_back.tax <> CASE WHEN line.total = 0 THEN 0 ELSE round(
                    (line.total - line.net_total) * line.refunded_total / line.total,
                    company.currency_places) END)
            /*company line*/
        """,
    ),
    Check(
        "I74",
        "Not more was paid back in one way than was paid in it, unless it is marked; a"
        " payment that was corrected to cash goes back as it was recorded, unless by"
        " voucher.",
        """
        SELECT sale.company_id, sale.receipt_number || ' ' || given_back.kind,
               ROW(given_back.amount, paid.amount)::text
        FROM (
            SELECT refund.original_id, tender.kind, -sum(tender.amount) AS amount
            FROM sales_tender tender
            JOIN sales_sale refund ON refund.id = tender.sale_id
            WHERE refund.kind = 'refund' AND refund.original_id IS NOT NULL
                AND NOT tender.is_alternative_method AND tender.kind <> 'exchange'
            GROUP BY refund.original_id, tender.kind
        ) given_back
        JOIN sales_sale sale ON sale.id = given_back.original_id
        LEFT JOIN (
            SELECT tender.sale_id, way.kind, sum(tender.amount) AS amount
            FROM sales_tender tender
            LEFT JOIN LATERAL (
                SELECT kind_after FROM sales_tendercorrection
                WHERE tender_id = tender.id ORDER BY id DESC LIMIT 1
            ) last ON true
            CROSS JOIN LATERAL (
                SELECT CASE WHEN last.kind_after IS NULL
                        OR (last.kind_after = 'cash' AND tender.voucher_code IS NULL)
                    THEN tender.kind ELSE last.kind_after END AS kind
            ) way
            WHERE tender.sale_id IN (SELECT original_id FROM sales_sale
                                     WHERE original_id IS NOT NULL)
            GROUP BY tender.sale_id, way.kind
        ) paid ON paid.sale_id = sale.id AND paid.kind = given_back.kind
        WHERE given_back.amount > coalesce(paid.amount, 0) /*company sale*/
        """,
    ),
    Check(
        "I75",
        "An exchange is a refund and a sale whose exchange tenders cancel out.",
        """
        SELECT credit.company_id, min(credit.receipt_number),
               ROW(sum(credit.amount))::text
        FROM (
            SELECT sale.id, sale.company_id, sale.receipt_number,
                   sale.business_date,
                   tender.amount, coalesce(sale.exchanged_for_id, sale.id) AS act
            FROM sales_tender tender
            JOIN sales_sale sale ON sale.id = tender.sale_id
            WHERE tender.kind = 'exchange'
        ) credit
        WHERE true /*company credit*/ /*since credit*/
        GROUP BY credit.company_id, credit.act
        HAVING sum(credit.amount) <> 0
        """,
    ),
    Check(
        "I131",
        "A refund is of its original's customer, priced and taxed as it was; an"
        " exchange is one act, in one shift.",
        """
        SELECT refund.company_id, coalesce(refund.receipt_number, refund.uid::text),
               ROW(refund.customer_id, original.customer_id, refund.exchanged_for_id,
                   bought.shift_id, refund.shift_id)::text
        FROM sales_sale refund
        LEFT JOIN sales_sale original ON original.id = refund.original_id
        LEFT JOIN sales_sale bought ON bought.id = refund.exchanged_for_id
        WHERE refund.kind = 'refund'
            AND ((original.id IS NOT NULL
                    AND (refund.customer_id, refund.prices_include_tax,
                         refund.tax_rounding)
                        IS DISTINCT FROM
                        (original.customer_id, original.prices_include_tax,
                         original.tax_rounding))
                OR (refund.exchanged_for_id IS NOT NULL
                    AND (bought.kind, bought.status, bought.shift_id)
                        IS DISTINCT FROM ('sale', 'finalized', refund.shift_id))
                OR (refund.exchanged_for_id IS NULL
                    AND EXISTS (SELECT FROM sales_tender tender
                                WHERE tender.sale_id = refund.id
                                    AND tender.kind = 'exchange')))
            /*company refund*/ /*since refund*/
        """,
    ),
)
