"""Acts: the SQL of what people did besides plain sales, for ``sums.py``; pure.

``VOIDED`` are baskets given up, ``ACTS`` what has a moment of its own, and ``OF_SALES``
what is dated as its sale is. An act is a row, ``act_id``, and may be about a sale.
"""

# What the clock of the outlet says at that moment: ``Outlet.business_date`` in SQL. A
# day that has ended stays so when the clocks go back and show its end again.
BUSINESS_DATE = """
    CASE WHEN happened.local::time >= day_ends_at
              OR happened_at >= ended.at
              OR happened_at >= ended.at - interval '1 hour'
                 AND (ended.at - interval '1 hour') AT TIME ZONE zone
                     = happened.local::date + day_ends_at
         THEN happened.local::date ELSE happened.local::date - 1 END
"""

_CHOSEN = ", ".join(
    f"voided.{column}"
    for column in (
        *("shift_id", "company_id", "till_id", "outlet_id"),
        *("zone", "day_ends_at", "places", "before_id"),
    )
)

VOIDED = """
    SELECT chosen.*, sale.id AS sale_id, sale.voided_by_id, sale.void_reason,
           sale.total, sale.voided_at
    FROM chosen
    JOIN sales_sale sale ON sale.shift_id = chosen.shift_id
    WHERE sale.status = 'voided'
    UNION ALL
    SELECT chosen.*, sale.id, sale.voided_by_id, sale.void_reason, sale.total,
           sale.voided_at
    FROM chosen
    JOIN sales_sale sale ON sale.till_id = chosen.till_id
    WHERE sale.shift_id IS NULL AND sale.status = 'voided'
        AND (sale.voided_after_id = chosen.before_id
            OR chosen.before_id IS NULL AND sale.voided_after_id IS NULL)
"""

ACTS = f"""
    SELECT chosen.*, movement.kind AS what, movement.staff_member_id AS person_id,
           movement.reason, movement.amount, movement.moved_at AS happened_at,
           movement.id AS act_id, NULL::bigint AS sale_id
    FROM chosen
    JOIN sales_cashmovement movement ON movement.shift_id = chosen.shift_id
    UNION ALL
    SELECT chosen.*, 'correction', correction.staff_member_id, correction.reason,
           correction.amount, correction.corrected_at, correction.id, tender.sale_id
    FROM chosen
    JOIN sales_tendercorrection correction ON correction.shift_id = chosen.shift_id
    JOIN sales_tender tender ON tender.id = correction.tender_id
    UNION ALL
    SELECT chosen.*, 'variance', shift.closed_by_id, shift.variance_reason,
           shift.variance, shift.closed_at, shift.id, NULL
    FROM chosen
    JOIN sales_shift shift ON shift.id = chosen.shift_id
    WHERE shift.variance <> 0
    UNION ALL
    SELECT {_CHOSEN}, 'void', voided_by_id, void_reason, total, voided_at,
           sale_id, sale_id
    FROM voided
    UNION ALL
    SELECT {_CHOSEN}, 'removed_line', operation.staff_member_id, '',
           line.list_amount, voided_at, voided.sale_id, voided.sale_id
    FROM voided
    JOIN sales_saleline line
        ON line.sale_id = voided.sale_id AND line.removed_by IS NOT NULL
    JOIN sales_saleoperation operation
        ON operation.company_id = line.company_id AND operation.uid = line.removed_by
        AND operation.kind NOT IN ('refuse_age', 'take_off_closed')
"""  # noqa: S608  our own columns

OF_SALES = """
    SELECT company_id, shift_id, till_id, outlet_id, business_date,
           CASE WHEN offers_discount <> 0 THEN 'offer'
                WHEN label_amount IS NOT NULL THEN 'label_price'
                ELSE 'line_discount' END AS what,
           cashier_id AS person_id, discount_reason AS reason, sale_id,
           line_off AS amount
    FROM lines WHERE document = 'sale' AND own_discount <> 0
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'override',
           priced_by_id, price_reason, sale_id,
           round(base_price * quantity, places) - round(unit_price * quantity, places)
    FROM lines WHERE document = 'sale' AND price_source = 'override'
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'sale_discount',
           cashier_id, sale_reason, sale_id, sum(sale_off)
    FROM lines WHERE document = 'sale' AND sale_discount <> 0
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, cashier_id,
        sale_reason, sale_id
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'points',
           cashier_id, '', sale_id, sum(points_off)
    FROM lines WHERE document = 'sale' AND points_discount <> 0
    GROUP BY company_id, shift_id, till_id, outlet_id, business_date, cashier_id,
        sale_id
    UNION ALL
    SELECT company_id, shift_id, till_id, outlet_id, business_date, 'refund',
           cashier_id, reason, sale_id, total
    FROM sold WHERE document = 'refund'
    UNION ALL
    SELECT sold.company_id, sold.shift_id, sold.till_id, sold.outlet_id,
           sold.business_date, 'removed_line', operation.staff_member_id, '',
           sold.sale_id, line.list_amount
    FROM sold
    JOIN sales_saleline line
        ON line.sale_id = sold.sale_id AND line.removed_by IS NOT NULL
    JOIN sales_saleoperation operation
        ON operation.company_id = line.company_id AND operation.uid = line.removed_by
        AND operation.kind NOT IN ('refuse_age', 'take_off_closed')
"""
