"""Checks of baskets: open sales, and the operations applied to them."""

from sales.books.check import Check
from sales.models import SaleOperation

_KINDS = ", ".join(f"'{kind}'" for kind in SaleOperation.Kind.values)

CHECKS = (
    Check(
        "I08",
        "A finalized sale has lines, its count of them is right, and they are"
        " numbered 1, 2, 3, removed ones included.",
        """
        SELECT sale.company_id, sale.receipt_number,
               ROW(sale.line_count, count(line.id), count(line.removed_by),
                   array_agg(line.position ORDER BY line.position))::text
        FROM sales_sale sale
        LEFT JOIN sales_saleline line ON line.sale_id = sale.id
        WHERE sale.status = 'finalized' /*company sale*/ /*since sale*/
        GROUP BY sale.id
        HAVING count(line.id) FILTER (WHERE line.removed_by IS NULL) = 0
            OR count(line.id) FILTER (WHERE line.removed_by IS NULL)
                <> sale.line_count
            OR min(line.position) <> 1 OR max(line.position) <> count(line.id)
            OR count(DISTINCT line.position) <> count(line.id)
        """,
    ),
    Check(
        "I37",
        "Every act on a basket has its answer, and a basket's acts are numbered"
        " 1, 2, 3 up to its last.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.last_seq, count(act.id), max(act.seq))::text
        FROM sales_sale sale
        LEFT JOIN sales_saleoperation act ON act.sale_id = sale.id
        WHERE (sale.last_seq > 0 OR act.id IS NOT NULL)
            /*company sale*/ /*of_sales sale.id*/
        GROUP BY sale.id
        HAVING count(act.id) <> sale.last_seq
            OR max(act.seq) IS DISTINCT FROM sale.last_seq::bigint
            OR bool_or(NOT coalesce(act.result ? 'ok', false))
        """,
    ),
    Check(
        "I55",
        "An unfinished basket is what its lines come to.",
        """
        SELECT sale.company_id, sale.uid::text,
               ROW(sale.total, sale.net_total, sale.line_count, sum(line.total),
                   sum(line.net_total), count(line.id))::text
        FROM sales_sale sale
        LEFT JOIN sales_saleline line
            ON line.sale_id = sale.id AND line.removed_by IS NULL
        WHERE sale.status <> 'finalized' /*company sale*/ /*of_sales sale.id*/
        GROUP BY sale.id
        HAVING coalesce(sum(line.total), 0) <> sale.total
            OR coalesce(sum(line.net_total), 0) <> sale.net_total
            OR count(line.id) <> sale.line_count
        """,
    ),
    Check(
        "I56",
        "A sale that was not finalized has no number, moved no goods and no points.",
        """
        SELECT sale.company_id, sale.uid::text,
               ROW(sale.status, sale.number, sale.finalized_at, sale.rounding)::text
        FROM sales_sale sale
        WHERE sale.status <> 'finalized' /*company sale*/ /*of_sales sale.id*/
            AND (num_nonnulls(sale.number, sale.receipt_number, sale.finalized_at,
                              sale.business_date) > 0
                OR sale.rounding <> 0
                OR EXISTS (SELECT FROM pos_stockmovement movement
                           WHERE movement.company_id = sale.company_id
                               AND movement.source = sale.uid)
                OR EXISTS (SELECT FROM customers_pointsentry entry
                           WHERE entry.company_id = sale.company_id
                               AND entry.source = sale.uid))
        """,
    ),
    Check(
        "I84",
        "A voided sale says when, who and why, and no other does.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.status, sale.voided_at, sale.voided_by_id,
                   sale.void_reason)::text
        FROM sales_sale sale
        WHERE CASE WHEN sale.status = 'voided'
                THEN num_nulls(sale.voided_at, sale.voided_by_id) > 0
                    OR sale.void_reason = ''
                ELSE num_nonnulls(sale.voided_at, sale.voided_by_id) > 0
                    OR sale.void_reason <> ''
                    OR (sale.status <> 'finalized' AND sale.shift_id IS NOT NULL)
                END
            /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I57",
        "A line that was removed, or is of no finalized sale, was never refunded.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.removed_by, line.refunded_quantity, line.refunded_total)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE (line.refunded_quantity <> 0 OR line.refunded_total <> 0)
            AND (line.removed_by IS NOT NULL OR sale.status <> 'finalized')
            /*company line*/
        """,
    ),
    Check(
        "I143",
        "A price was changed by hand by an act on its basket, of the person whom the"
        " line names.",
        """
        SELECT line.company_id,
               coalesce(sale.receipt_number, sale.uid::text) || ' ' || line.position,
               ROW(line.unit_price, line.priced_by_id)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE line.price_source = 'override' AND sale.kind = 'sale'
            AND NOT EXISTS (
                SELECT FROM sales_saleoperation act
                WHERE act.sale_id = line.sale_id AND act.kind = 'override_price'
                    AND act.result -> 'ok' = 'true'
                    AND act.result ->> 'line' = line.uid::text
                    AND act.staff_member_id = line.priced_by_id)
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I144",
        "The device of a sale or a basket is one of its till.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.till_id, device.till_id)::text
        FROM sales_sale sale
        JOIN pos_device device ON device.id = sale.device_id
        WHERE device.till_id <> sale.till_id /*company sale*/ /*since sale*/
        """,
    ),
    Check(
        "I132",
        "An act is of a known kind with its fingerprint; its line is one of the basket;"
        " and a line was taken off by an act on it.",
        f"""
        SELECT wrong.company_id, wrong.thing, wrong.uid::text
        FROM (
            SELECT act.company_id, sale.uid || ' ' || act.seq AS thing, act.uid
            FROM sales_saleoperation act
            JOIN sales_sale sale ON sale.id = act.sale_id
            LEFT JOIN sales_saleline line ON line.company_id = act.company_id
                AND line.uid = (act.result ->> 'line')::uuid
            WHERE (act.kind NOT IN ({_KINDS})
                    OR act.fingerprint !~ '^[0-9a-f]{{64}}$'
                    OR (act.result ->> 'line' IS NOT NULL
                        AND line.sale_id IS DISTINCT FROM act.sale_id))
                /*company act*/ /*of_sales act.sale_id*/
            UNION ALL
            SELECT line.company_id, sale.uid || ' line ' || line.position,
                   line.removed_by
            FROM sales_saleline line
            JOIN sales_sale sale ON sale.id = line.sale_id
            LEFT JOIN sales_saleoperation act
                ON act.company_id = line.company_id AND act.uid = line.removed_by
            WHERE line.removed_by IS NOT NULL AND sale.last_seq > 0
                AND act.sale_id IS DISTINCT FROM line.sale_id
                /*company line*/ /*of_sales line.sale_id*/
        ) wrong
        """,  # noqa: S608  names of our own kinds
    ),
)
