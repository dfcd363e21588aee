"""Statements: facts of one shop, read in plain SQL and not through the models.

Each row is a kind of thing, its name, and its facts as JSON. Amounts come in
minor units, quantities in thousandths.
"""

FACTS = """
    SELECT 'sale', sale.uid::text, jsonb_build_object(
        'kind', sale.kind,
        'status', sale.status,
        'till', till.code,
        'customer', coalesce(customer.code, ''),
        'revision', sale.revision,
        'seq', sale.last_seq,
        'line count', sale.line_count,
        'total', trim_scale(sale.total * %(scale)s),
        'net', trim_scale(sale.net_total * %(scale)s),
        'deposits', trim_scale(sale.deposits * %(scale)s),
        'rounding', trim_scale(sale.rounding * %(scale)s),
        'points', sale.points_redeemed,
        'points value', trim_scale(sale.points_value * %(scale)s),
        'number', sale.number,
        'shift', shift.uid,
        'original', original.uid,
        'exchanged for', newer.uid,
        'lines', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                line.position, line.sku,
                trim_scale(line.quantity * 1000),
                trim_scale(line.unit_price * %(scale)s),
                trim_scale(line.list_amount * %(scale)s),
                trim_scale(line.line_discount * %(scale)s),
                trim_scale(line.sale_discount * %(scale)s),
                trim_scale(line.points_discount * %(scale)s),
                trim_scale(line.total * %(scale)s),
                trim_scale(line.net_total * %(scale)s),
                trim_scale(line.refunded_quantity * 1000),
                trim_scale(line.refunded_total * %(scale)s)
            ) ORDER BY line.position), '[]')
            FROM sales_saleline line
            WHERE line.sale_id = sale.id AND line.removed_by IS NULL
        ),
        'tenders', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                tender.kind,
                coalesce((
                    SELECT correction.kind_after FROM sales_tendercorrection correction
                    WHERE correction.tender_id = tender.id
                    ORDER BY correction.id DESC LIMIT 1
                ), tender.kind),
                trim_scale(tender.tendered * %(scale)s),
                trim_scale(tender.change * %(scale)s),
                tender.is_pending,
                tender.is_alternative_method,
                EXISTS (SELECT FROM sales_tenderconfirmation confirmation
                        WHERE confirmation.tender_id = tender.id)
            ) ORDER BY tender.position), '[]')
            FROM sales_tender tender WHERE tender.sale_id = sale.id
        ),
        'held', trim_scale(sale.held_amount * %(scale)s),
        'parts', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                part.kind, trim_scale(part.amount * %(scale)s), part.is_pending,
                coalesce(ending.event, 'taken')
            ) ORDER BY part.id), '[]')
            FROM sales_partpayment part
            LEFT JOIN sales_partpayment ending ON ending.taken_id = part.id
            WHERE part.sale_id = sale.id AND part.event = 'taken'
        ),
        'points entries', (
            SELECT coalesce(jsonb_object_agg(entry.kind, entry.points), '{}')
            FROM customers_pointsentry entry
            WHERE entry.company_id = sale.company_id AND entry.source = sale.uid
        )
    )
    FROM sales_sale sale
    JOIN pos_till till ON till.id = sale.till_id
    LEFT JOIN customers_customer customer ON customer.id = sale.customer_id
    LEFT JOIN sales_shift shift ON shift.id = sale.shift_id
    LEFT JOIN sales_sale original ON original.id = sale.original_id
    LEFT JOIN sales_sale newer ON newer.id = sale.exchanged_for_id
    WHERE sale.company_id = %(company)s AND sale.uid = ANY(%(sales)s::uuid[])
    UNION ALL
    SELECT 'product', product.sku,
           jsonb_build_object('on hand', trim_scale(item.on_hand * 1000))
    FROM pos_stockitem item JOIN pos_product product ON product.id = item.product_id
    WHERE product.company_id = %(company)s AND product.sku = ANY(%(goods)s::text[])
    UNION ALL
    SELECT 'customer', code, jsonb_build_object('points', points_balance)
    FROM customers_customer
    WHERE company_id = %(company)s AND code = ANY(%(customers)s::text[])
    UNION ALL
    SELECT 'till', code, jsonb_build_object(
        'sales', last_sale_number, 'refunds', last_refund_number,
        'Z reports', last_z_number, 'documents', last_chain_no
    )
    FROM pos_till WHERE company_id = %(company)s AND code = ANY(%(tills)s::text[])
    UNION ALL
    SELECT 'shift', shift.uid::text, jsonb_build_object(
        'till', till.code,
        'counted', trim_scale(shift.counted_cash * %(scale)s),
        'expected', trim_scale(shift.expected_cash * %(scale)s),
        'cash', trim_scale(%(scale)s * (shift.opening_float + coalesce((
            SELECT sum(tender.amount) FROM sales_tender tender
            JOIN sales_sale sale ON sale.id = tender.sale_id
            WHERE sale.shift_id = shift.id AND tender.kind = 'cash'
        ), 0) + coalesce((
            SELECT sum(CASE WHEN correction.kind_after = 'cash' THEN amount
                            WHEN correction.kind_before = 'cash' THEN -amount END)
            FROM sales_tendercorrection correction
            WHERE correction.shift_id = shift.id
        ), 0) + coalesce((
            SELECT sum(movement.amount) FROM sales_cashmovement movement
            WHERE movement.shift_id = shift.id
        ), 0) + coalesce((
            SELECT sum(part.amount) FROM sales_partpayment part
            WHERE part.shift_id = shift.id AND part.kind = 'cash'
        ), 0))),
        'Z report', (
            SELECT jsonb_build_object(
                'number', z.number,
                'total', trim_scale(z.total * %(scale)s),
                'tax', trim_scale(z.tax_total * %(scale)s),
                'rounding', trim_scale(z.rounding * %(scale)s),
                'deposits', jsonb_build_array(
                    trim_scale(coalesce((z.figures->'deposits'->>0)::numeric, 0)
                               * %(scale)s),
                    trim_scale(coalesce((z.figures->'deposits'->>1)::numeric, 0)
                               * %(scale)s)),
                'grand total', trim_scale(z.grand_total * %(scale)s),
                'refunded',
                    trim_scale((z.figures->>'refunds')::numeric * %(scale)s),
                'points', z.figures->'points',
                'sales', z.figures->'counts'->'sales',
                'refunds', z.figures->'counts'->'refunds',
                'voids', z.figures->'counts'->'voids',
                'tenders', (
                    SELECT coalesce(jsonb_object_agg(kind->>0, trim_scale(
                        %(scale)s * ((kind->>2)::numeric + (kind->>4)::numeric
                                     + (kind->>5)::numeric))), '{}')
                    FROM jsonb_array_elements(z.figures->'tenders') AS kind
                ),
                'part payments', (
                    SELECT coalesce(jsonb_object_agg(kind->>0, jsonb_build_array(
                        trim_scale(%(scale)s * (kind->>1)::numeric),
                        trim_scale(%(scale)s * (kind->>2)::numeric),
                        trim_scale(%(scale)s * (kind->>3)::numeric))), '{}')
                    FROM jsonb_array_elements(z.figures->'held') AS kind
                )
            ) FROM sales_zreport z WHERE z.shift_id = shift.id
        )
    )
    FROM sales_shift shift JOIN pos_till till ON till.id = shift.till_id
    WHERE shift.company_id = %(company)s AND shift.uid = ANY(%(shifts)s::uuid[])
"""

# How many rows every ledger has, and what finished sales and refunds add up to.
SUMS = """
    SELECT jsonb_build_object(
        'sales', (SELECT count(*) FROM sales_sale WHERE company_id = %(company)s),
        'operations', (SELECT count(*) FROM sales_saleoperation
                       WHERE company_id = %(company)s),
        'tenders', (SELECT count(*) FROM sales_tender WHERE company_id = %(company)s),
        'confirmations', (SELECT count(*) FROM sales_tenderconfirmation
                          WHERE company_id = %(company)s),
        'corrections', (SELECT count(*) FROM sales_tendercorrection
                        WHERE company_id = %(company)s),
        'documents', (SELECT count(*) FROM sales_fiscaldocument
                      WHERE company_id = %(company)s),
        'points', (SELECT count(*) FROM customers_pointsentry
                   WHERE company_id = %(company)s),
        'stock', (SELECT count(*) FROM pos_stockmovement
                  WHERE company_id = %(company)s),
        'counts', (SELECT count(*) FROM sales_cashcount
                   WHERE company_id = %(company)s),
        'movements', (SELECT count(*) FROM sales_cashmovement
                      WHERE company_id = %(company)s),
        'part payments', (SELECT count(*) FROM sales_partpayment
                          WHERE company_id = %(company)s),
        'shifts', (SELECT count(*) FROM sales_shift WHERE company_id = %(company)s),
        'turnover', trim_scale(%(scale)s * (
            SELECT coalesce(sum(total), 0) FROM sales_sale
            WHERE company_id = %(company)s AND status = 'finalized')),
        'tax', trim_scale(%(scale)s * (
            SELECT coalesce(sum(tax_total), 0) FROM sales_sale
            WHERE company_id = %(company)s AND status = 'finalized'))
    )
"""
