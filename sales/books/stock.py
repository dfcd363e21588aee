"""Checks of stock: what is on hand and the movements behind it."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I12",
        "What is on hand is the sum of its movements.",
        """
        SELECT item.company_id, product.sku || ' at ' || outlet.code,
               ROW(item.on_hand - coalesce(moved.quantity, 0))::text
        FROM pos_stockitem item
        JOIN pos_product product ON product.id = item.product_id
        JOIN pos_outlet outlet ON outlet.id = item.outlet_id
        LEFT JOIN (
            SELECT stock_item_id, sum(quantity) AS quantity
            FROM pos_stockmovement GROUP BY stock_item_id
        ) moved ON moved.stock_item_id = item.id
        WHERE item.on_hand <> coalesce(moved.quantity, 0) /*company item*/
        """,
    ),
    Check(
        "I13",
        "Every line of a product whose stock is counted took exactly its quantity"
        " off it, once, at the sale's outlet.",
        # Whether the product was tracked on that day is not written down. Where a
        # line moved nothing and the shelf was counted since, the count is right.
        """
        SELECT sale.company_id, sale.receipt_number || ' ' || line.position,
               ROW(line.quantity, movement.quantity, item.product_id,
                   item.outlet_id)::text
        FROM sales_sale sale
        JOIN pos_till till ON till.id = sale.till_id
        JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        JOIN pos_product product ON product.id = line.product_id
        LEFT JOIN pos_stockmovement movement
            ON movement.company_id = sale.company_id AND movement.kind = 'sale'
            AND movement.source = sale.uid AND movement.source_line = line.position
        LEFT JOIN pos_stockitem item ON item.id = movement.stock_item_id
        WHERE sale.status = 'finalized' AND sale.kind = 'sale'
            AND CASE WHEN movement.id IS NULL THEN product.is_tracked
                AND NOT EXISTS (
                    SELECT FROM pos_stockmovement counted
                    JOIN pos_stockitem shelf ON shelf.id = counted.stock_item_id
                    WHERE counted.kind = 'count' AND shelf.product_id = product.id
                        AND shelf.outlet_id = till.outlet_id
                        AND counted.moved_at >= sale.finalized_at)
            ELSE movement.quantity <> -line.quantity
                OR item.product_id <> line.product_id
                OR item.outlet_id <> till.outlet_id
            END
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I14",
        "What a refund took back came into stock once, and what is not fit for sale"
        " was written off again.",
        """
        SELECT refund.company_id, refund.receipt_number || ' ' || line.position,
               ROW(line.quantity, line.is_restocked, back.quantity, back.stock_item_id,
                   off.quantity, off.stock_item_id)::text
        FROM sales_sale refund
        JOIN pos_till till ON till.id = refund.till_id
        JOIN sales_saleline line
            ON line.sale_id = refund.id AND line.removed_by IS NULL
        JOIN pos_product product ON product.id = line.product_id
        LEFT JOIN pos_stockmovement back
            ON back.company_id = refund.company_id AND back.kind = 'refund'
            AND back.source = refund.uid AND back.source_line = line.position
        LEFT JOIN pos_stockitem item ON item.id = back.stock_item_id
        LEFT JOIN pos_stockmovement off
            ON off.company_id = refund.company_id AND off.kind = 'write_off'
            AND off.source = refund.uid AND off.source_line = line.position
        WHERE refund.status = 'finalized' AND refund.kind = 'refund'
            AND CASE WHEN back.id IS NULL
                THEN off.id IS NOT NULL OR (product.is_tracked
                    AND NOT EXISTS (
                        SELECT FROM pos_stockmovement counted
                        JOIN pos_stockitem shelf ON shelf.id = counted.stock_item_id
                        WHERE counted.kind = 'count'
                            AND shelf.product_id = product.id
                            AND shelf.outlet_id = till.outlet_id
                            AND counted.moved_at >= refund.finalized_at))
                ELSE back.quantity <> -line.quantity
                    OR item.product_id <> line.product_id
                    OR item.outlet_id <> till.outlet_id
                    OR (off.id IS NULL) <> line.is_restocked
                    OR off.quantity <> line.quantity
                    OR off.stock_item_id <> back.stock_item_id
                END
            /*company refund*/ /*since refund*/
        """,
    ),
    Check(
        "I15",
        "A movement of a sale has a finalized sale and a line of it for its cause.",
        """
        SELECT movement.company_id,
               movement.kind || ' ' || movement.source || ' ' || movement.source_line,
               ROW(movement.id, sale.status, sale.kind, line.removed_by)::text
        FROM pos_stockmovement movement
        LEFT JOIN sales_sale sale
            ON sale.company_id = movement.company_id AND sale.uid = movement.source
        LEFT JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.position = movement.source_line
        WHERE movement.kind NOT IN ('receive', 'count')
            AND (sale.status IS DISTINCT FROM 'finalized' OR line.id IS NULL
                OR line.removed_by IS NOT NULL
                OR sale.kind <> CASE movement.kind
                    WHEN 'sale' THEN 'sale' ELSE 'refund' END)
            /*company movement*/ /*dated sale*/
            /*added movement pos_stockmovement*/
        """,
    ),
    Check(
        "I61",
        "A movement moves something, and in the direction of its kind; a count says"
        " what was found.",
        """
        SELECT movement.company_id,
               movement.kind || ' ' || movement.source || ' ' || movement.source_line,
               ROW(movement.kind, movement.quantity, movement.counted)::text
        FROM pos_stockmovement movement
        WHERE (movement.quantity = 'NaN'
                OR CASE movement.kind
                    WHEN 'sale' THEN movement.quantity >= 0
                    WHEN 'write_off' THEN movement.quantity >= 0
                    WHEN 'count' THEN movement.counted IS NULL
                        OR movement.counted < 0 OR movement.counted = 'NaN'
                    ELSE movement.quantity <= 0 END
                OR (movement.kind <> 'count' AND movement.counted IS NOT NULL))
            /*company movement*/
        """,
    ),
    Check(
        "I127",
        "A count made on hand what was found, now or at the time of the count.",
        """
        SELECT counted.company_id, product.sku || ' ' || counted.source,
               ROW(counted.counted, counted.on_hand)::text
        FROM (
            SELECT movement.*, sum(quantity) OVER (
                       PARTITION BY stock_item_id ORDER BY id) AS on_hand
            FROM pos_stockmovement movement
            WHERE stock_item_id IN (
                SELECT stock_item_id FROM pos_stockmovement
                WHERE kind = 'count' /*added pos_stockmovement*/)
        ) counted
        JOIN pos_stockitem item ON item.id = counted.stock_item_id
        JOIN pos_product product ON product.id = item.product_id
        WHERE counted.kind = 'count' AND counted.counted <> counted.on_hand
            AND counted.counted IS DISTINCT FROM counted.quantity + (
                SELECT coalesce(sum(earlier.quantity), 0)
                FROM pos_stockmovement earlier
                WHERE earlier.stock_item_id = counted.stock_item_id
                    AND earlier.id < counted.id
                    AND earlier.moved_at <= counted.moved_at)
            /*company counted*/ /*added counted pos_stockmovement*/
        """,
    ),
)
