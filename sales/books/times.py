"""Checks of times: dates fit the zone of the outlet, and none is in the future."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I45",
        "A business date was the date somewhere at the moment of its sale.",
        # An outlet's zone may have been corrected since; zones go from -12 to +14.
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.business_date, sale.finalized_at)::text
        FROM sales_sale sale
        WHERE sale.status = 'finalized'
            AND NOT sale.business_date BETWEEN
                ((sale.finalized_at AT TIME ZONE 'UTC') - interval '12 hours')::date
                AND ((sale.finalized_at AT TIME ZONE 'UTC') + interval '14 hours')::date
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
        ) recorded
        WHERE recorded.recorded_at > clock_timestamp() + interval '1 minute'
            /*company recorded*/
        """,
    ),
)
