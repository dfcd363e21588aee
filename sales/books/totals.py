"""Checks of amounts: lines, their tax and the totals of sales."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I01",
        "A finalized sale's total, net and deposits are those of its lines added up.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.total, sale.net_total, sale.deposits, sum(line.total),
                   sum(line.net_total), sum(line.deposit))::text
        FROM sales_sale sale
        LEFT JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        GROUP BY sale.id
        HAVING coalesce(sum(line.total), 0) <> sale.total
            OR coalesce(sum(line.net_total), 0) <> sale.net_total
            OR coalesce(sum(line.deposit), 0) <> sale.deposits
        """,
    ),
    Check(
        "I02",
        "Total less net is tax, and total, deposits, stored value sold and cash"
        " rounding are what is due.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.total, sale.net_total, sale.tax_total, sale.rounding,
                   sale.deposits, sale.issued, sale.due)::text
        FROM sales_sale sale
        WHERE ((sale.tax_total <> sale.total - sale.net_total)
                OR sale.due <> sale.total + sale.deposits + sale.issued
                    + sale.rounding)
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I05",
        "A line's list amount is its quantity times its price, rounded once, half away"
        " from zero.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.unit_price, line.quantity, line.list_amount)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_company company ON company.id = line.company_id
        WHERE sale.kind = 'sale' AND line.removed_by IS NULL
            AND round(line.unit_price * line.quantity, company.currency_places)
                <> line.list_amount
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I06",
        "Tax is that of each rate on the receipt, or of each line, as the sale says; a"
        " line from a file that states its tax has the file's, and in an exchange equal"
        " goods cost no more than those that came back.",
        """
        SELECT sale.company_id, sale.receipt_number || ' ' || line.tax_code,
               ROW(sale.tax_rounding, line.tax_rate, sum(line.total),
                   sum(line.net_total))::text
        FROM sales_sale sale
        JOIN pos_company company ON company.id = sale.company_id
        JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized' AND sale.kind = 'sale'
            AND NOT line.has_stated_tax
            /*company sale*/ /*since sale*/
        GROUP BY sale.id, company.id, line.tax_code, line.tax_rate
        HAVING sum(line.total - line.net_total) <> CASE sale.tax_rounding
            WHEN 'line' THEN sum(round(
                CASE WHEN sale.prices_include_tax
                     THEN line.total * line.tax_rate / (1 + line.tax_rate)
                     ELSE line.net_total * line.tax_rate END,
                company.currency_places))
            ELSE round(
                CASE WHEN sale.prices_include_tax
                     THEN sum(line.total) * line.tax_rate / (1 + line.tax_rate)
                     ELSE sum(line.net_total) * line.tax_rate END,
                company.currency_places)
            END
        UNION ALL
        SELECT sale.company_id, sale.receipt_number || ' ' || line.tax_code,
               ROW(line.tax_rate, sum(line.total))::text
        FROM sales_sale sale
        JOIN sales_sale refund ON refund.exchanged_for_id = sale.id
        JOIN sales_saleline line ON line.sale_id = sale.id AND line.has_stated_tax
        WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        GROUP BY sale.id, refund.id, line.tax_code, line.tax_rate
        HAVING sum(line.total) > (
            SELECT coalesce(-sum(back.total), 0) FROM sales_saleline back
            WHERE back.sale_id = refund.id AND back.tax_code = line.tax_code
                AND back.tax_rate = line.tax_rate)
        """,
    ),
    Check(
        "I07",
        "A finalized sale's tax is that of its lines.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.tax_total, sum(line.tax_total))::text
        FROM sales_sale sale
        LEFT JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        GROUP BY sale.id
        HAVING coalesce(sum(line.tax_total), 0) <> sale.tax_total
        """,
    ),
    Check(
        "I09",
        "Quantities, prices and rates are in range, of the right sign, and numbers.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.unit, line.quantity, line.unit_price, line.unit_cost,
                   line.tax_rate, line.total, line.net_total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE (line.quantity = 0 OR line.quantity = 'NaN'
                OR (line.quantity > 0) <> (sale.kind = 'sale')
                OR (line.unit = 'each' AND line.quantity <> trunc(line.quantity))
                OR line.unit_price < 0 OR line.unit_price = 'NaN'
                OR line.unit_cost = 'NaN'
                OR line.tax_rate < 0 OR line.tax_rate >= 1
                OR line.total = 'NaN' OR line.net_total = 'NaN')
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I58",
        "Amounts are whole in the minor unit of the company's currency.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.total, line.net_total, line.line_discount, line.sale_discount,
                   line.points_discount, line.offers_discount, line.deposit,
                   sale.rounding, sale.issued, sale.coupon_value)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        JOIN pos_company company ON company.id = line.company_id
        WHERE (line.total <> round(line.total, company.currency_places)
                OR line.net_total <> round(line.net_total, company.currency_places)
                OR line.line_discount
                    <> round(line.line_discount, company.currency_places)
                OR line.sale_discount
                    <> round(line.sale_discount, company.currency_places)
                OR line.points_discount
                    <> round(line.points_discount, company.currency_places)
                OR line.offers_discount
                    <> round(line.offers_discount, company.currency_places)
                OR line.deposit <> round(line.deposit, company.currency_places)
                OR sale.rounding <> round(sale.rounding, company.currency_places)
                OR sale.issued <> round(sale.issued, company.currency_places)
                OR sale.coupon_value
                    <> round(sale.coupon_value, company.currency_places))
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I142",
        "A line has the catalogue's price unless it says where else its price is from:"
        " one changed by hand has a reason and a person, and what a label says is paid"
        " exactly.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.unit_price, line.base_price, line.price_source,
                   line.price_reason, line.priced_by_id, line.label_amount)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE ((line.price_source = 'catalogue' AND line.unit_price <> line.base_price)
                OR (line.price_source = 'override') <> (line.price_reason <> '')
                OR (line.price_source = 'override') <> (line.priced_by_id IS NOT NULL)
                OR (line.label_amount IS NOT NULL AND line.removed_by IS NULL
                    AND (line.price_source <> 'label'
                        OR line.label_amount
                            <> line.list_amount - line.line_discount)))
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I59",
        "Net lies between nothing and the total: tax is never more than that, nor"
        " of the other sign.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.total, line.net_total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE NOT (CASE WHEN sale.kind = 'sale'
                        THEN line.net_total BETWEEN 0 AND line.total
                        ELSE line.net_total BETWEEN line.total AND 0 END)
            /*company line*/ /*since sale*/
        """,
    ),
)
