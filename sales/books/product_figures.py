"""Checks of product figures: what products sold is what the lines of shifts say."""

from sales.books.check import Check

# Of shifts that are closed. What was taken off is added up where prices include tax.
_AGAIN = """
    SELECT sold.company_id, sold.outlet_id, sold.business_date, sold.product_id,
           coalesce(sum(sold.quantity) FILTER (WHERE sold.quantity > 0), 0)
               AS quantity,
           -coalesce(sum(sold.quantity) FILTER (WHERE sold.quantity < 0), 0)
               AS refunded_quantity,
           sum(sold.total) AS total, sum(sold.net_total) AS net,
           coalesce(sum(round(sold.unit_cost * sold.quantity, sold.places)), 0)
               AS cost,
           coalesce(sum(sold.net_total) FILTER (WHERE sold.unit_cost IS NULL), 0)
               AS uncosted,
           coalesce(sum(sold.list_amount) FILTER (WHERE sold.quantity > 0), 0)
               AS gross,
           coalesce(sum(sold.off) FILTER (WHERE sold.quantity > 0), 0) AS discounts,
           bool_and(sold.prices_include_tax) AS is_known
    FROM (
        SELECT line.company_id, sale.outlet_id, sale.business_date, line.product_id,
               line.quantity, line.total, line.net_total, line.unit_cost,
               line.list_amount, sale.prices_include_tax,
               line.line_discount + line.offers_discount + line.sale_discount
                   + line.points_discount AS off,
               sale.places
        FROM (
            SELECT sale.id, sale.company_id, sale.business_date,
                   sale.prices_include_tax, till.outlet_id,
                   company.currency_places AS places
            FROM sales_sale sale
            JOIN sales_shift shift ON shift.id = sale.shift_id
            JOIN pos_till till ON till.id = shift.till_id
            JOIN pos_company company ON company.id = sale.company_id
            WHERE sale.status = 'finalized' AND shift.closed_at IS NOT NULL
        ) sale
        JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE true /*company sale*/ /*of_days sale*/
    ) sold
    GROUP BY 1, 2, 3, 4
"""

_DAYS = """
    SELECT company_id, outlet_id, business_date, product_id, count(*) AS rows,
           sum(quantity) AS quantity, sum(refunded_quantity) AS refunded_quantity,
           sum(total) AS total, sum(net) AS net, sum(cost) AS cost,
           sum(uncosted) AS uncosted, sum(gross) AS gross, sum(discounts) AS discounts
    FROM sales_productday day
    WHERE true /*company day*/ /*of_days day*/
    GROUP BY 1, 2, 3, 4
"""

_WRONG_DAYS = f"""
    SELECT coalesce(day.company_id, again.company_id),
           'product ' || product.sku || ' on '
               || coalesce(day.business_date, again.business_date),
           ROW(day.*, again.*)::text
    FROM ({_DAYS}) day
    FULL JOIN ({_AGAIN}) again
        ON again.company_id = day.company_id AND again.outlet_id = day.outlet_id
        AND again.business_date = day.business_date
        AND again.product_id = day.product_id
    LEFT JOIN pos_product product
        ON product.id = coalesce(day.product_id, again.product_id)
    WHERE day.rows IS DISTINCT FROM 1
        OR ROW(day.quantity, day.refunded_quantity, day.total, day.net, day.cost,
               day.uncosted)
            IS DISTINCT FROM
            ROW(again.quantity, again.refunded_quantity, again.total, again.net,
                again.cost, again.uncosted)
        OR (again.is_known AND ROW(day.gross, day.discounts)
            IS DISTINCT FROM ROW(again.gross, again.discounts))
"""  # noqa: S608  our own columns

# By outlet and date, products come to what the hours of its shifts do.
_WRONG_DATES = """
    SELECT tied.company_id, outlet.code || ' ' || tied.business_date,
           ROW(tied.total, tied.net, tied.gross, tied.discounts, tied.cost,
               tied.uncosted)::text
    FROM (
        SELECT both_ways.company_id, both_ways.outlet_id, both_ways.business_date,
               sum(total) AS total, sum(net) AS net, sum(gross) AS gross,
               sum(discounts) AS discounts, sum(cost) AS cost,
               sum(uncosted) AS uncosted
        FROM (
            SELECT company_id, outlet_id, business_date, total, net, gross, discounts,
                   cost, uncosted
            FROM sales_productday day WHERE true /*company day*/ /*of_days day*/
            UNION ALL
            SELECT company_id, outlet_id, business_date, -total, -net, -gross,
                   -discounts - points_value, -cost, -uncosted
            FROM sales_shifthour hour WHERE true /*company hour*/ /*of_days hour*/
        ) both_ways
        GROUP BY both_ways.company_id, both_ways.outlet_id, both_ways.business_date
    ) tied
    JOIN pos_outlet outlet ON outlet.id = tied.outlet_id
    WHERE ROW(tied.total, tied.net, tied.gross, tied.discounts, tied.cost,
              tied.uncosted) <> ROW(0, 0, 0, 0, 0, 0)
"""

_SUMS = (
    *("quantity", "refunded_quantity", "gross", "discounts"),
    *("total", "net", "cost", "uncosted"),
)
_ADDED = ", ".join(f"sum({name}) AS {name}" for name in _SUMS)
_TAKEN = ", ".join(f"-{name}" for name in _SUMS)

_WRONG_MONTHS = f"""
    SELECT tied.company_id, 'product ' || product.sku || ' in ' || tied.month,
           ROW(tied.rows, tied.quantity, tied.total, tied.net)::text
    FROM (
        SELECT company_id, outlet_id, month, product_id, sum(rows) AS rows, {_ADDED}
        FROM (
            SELECT company_id, outlet_id, business_date AS month, product_id,
                   1 AS rows, {", ".join(_SUMS)}
            FROM sales_productmonth month
            WHERE true /*company month*/ /*of_months month*/
            UNION ALL
            SELECT company_id, outlet_id, date_trunc('month', business_date)::date,
                   product_id, 0, {_TAKEN}
            FROM sales_productday day WHERE true /*company day*/ /*of_months day*/
        ) both_ways
        GROUP BY company_id, outlet_id, month, product_id
    ) tied
    JOIN pos_product product ON product.id = tied.product_id
    WHERE tied.rows <> 1
        OR ROW({", ".join(f"tied.{name}" for name in _SUMS)})
            <> ROW({", ".join("0" for _ in _SUMS)})
"""  # noqa: S608  our own columns

CHECKS = (
    Check(
        "I195",
        "The days of a product are the lines of closed shifts, and come to what their"
        " hours do; its months are its days.",
        f"{_WRONG_DAYS} UNION ALL {_WRONG_DATES} UNION ALL {_WRONG_MONTHS}",
    ),
)
