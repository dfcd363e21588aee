"""Checks of discounts: their amounts and the order in which they apply."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I69",
        "A line comes to its list amount less its four discounts, with tax or"
        " without, as its sale's prices are.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(sale.prices_include_tax, line.list_amount, line.line_discount,
                   line.offers_discount, line.sale_discount, line.points_discount,
                   line.total, line.net_total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE line.removed_by IS NULL
            AND line.list_amount - line.line_discount - line.offers_discount
                    - line.sale_discount - line.points_discount
                <> CASE WHEN sale.prices_include_tax
                        THEN line.total ELSE line.net_total END
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I70",
        "A line's own discount is its percent, then its amount, and never more than"
        " the line.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.list_amount, line.line_discount, line.discount_rate,
                   line.discount_amount)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_company company ON company.id = line.company_id
        CROSS JOIN LATERAL (SELECT round(line.list_amount * line.discount_rate,
                                         company.currency_places) AS percent) off
        WHERE sale.kind = 'sale' AND line.removed_by IS NULL
            AND line.line_discount <> off.percent
                + least(line.discount_amount, line.list_amount - off.percent)
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I71",
        "What a sale's own discount took off is allocated to its lines to the last"
        " cent, and so are the points redeemed.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(lines.amount, lines.discount, lines.points, sale.points_value,
                   sale.discount_rate, sale.discount_amount)::text
        FROM sales_sale sale
        JOIN pos_company company ON company.id = sale.company_id
        JOIN (
            SELECT sale_id, sum(list_amount - line_discount - offers_discount)
                       AS amount,
                   sum(sale_discount) AS discount, sum(points_discount) AS points
            FROM sales_saleline
            WHERE removed_by IS NULL /*of_sales sales_saleline.sale_id*/
            GROUP BY sale_id
        ) lines ON lines.sale_id = sale.id
        CROSS JOIN LATERAL (SELECT round(lines.amount * sale.discount_rate,
                                         company.currency_places) AS percent) off
        WHERE (lines.points <> sale.points_value
                OR (sale.kind = 'sale' AND lines.discount <> off.percent
                    + least(sale.discount_amount, lines.amount - off.percent)))
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I72",
        "Whatever was taken off has a reason.",
        """
        SELECT off.company_id, off.thing,
               ROW(off.thing)::text
        FROM (
            SELECT sale.id, sale.company_id, sale.business_date,
                   coalesce(sale.receipt_number, sale.uid::text) AS thing
            FROM sales_sale sale
            WHERE sale.discount_reason = ''
                AND (sale.discount_rate <> 0 OR sale.discount_amount <> 0)
            UNION ALL
            SELECT sale.id, line.company_id, sale.business_date,
                   coalesce(sale.receipt_number, sale.uid::text)
                       || ' ' || line.position
            FROM sales_saleline line
            JOIN sales_sale sale ON sale.id = line.sale_id
            WHERE line.discount_reason = ''
                AND (line.discount_rate <> 0 OR line.discount_amount <> 0)
        ) off
        WHERE true /*company off*/ /*since off*/
        """,
    ),
)
