"""Checks of restrictions: ages that were asked were checked, by whom the sale names."""

from sales.books.check import Check

CHECKS = (
    Check(
        "I170",
        "Somebody checked the age that a line of a finalized sale asks for.",
        """
        SELECT sale.company_id, sale.receipt_number || ' ' || line.position,
               ROW(line.minimum_age, sale.confirmed_age)::text
        FROM sales_saleline line
        JOIN sales_sale sale ON sale.id = line.sale_id
        WHERE sale.status = 'finalized' AND line.removed_by IS NULL
            AND line.minimum_age > sale.confirmed_age
            /*company line*/ /*since sale*/
        """,
    ),
    Check(
        "I171",
        "An age was checked by an act on its basket, of the person whom the sale names,"
        " and the audit trail says the same age.",
        """
        SELECT sale.company_id, coalesce(sale.receipt_number, sale.uid::text),
               ROW(sale.confirmed_age, sale.age_confirmed_by_id,
                   sale.age_confirmed_at)::text
        FROM sales_sale sale
        WHERE num_nonnulls(nullif(sale.confirmed_age, 0), sale.age_confirmed_by_id,
                           sale.age_confirmed_at) > 0
            AND (sale.age_confirmed_at IS NULL
                OR NOT EXISTS (
                    SELECT FROM sales_saleoperation act
                    WHERE act.sale_id = sale.id AND act.kind = 'confirm_age'
                        AND act.result -> 'ok' = 'true'
                        AND act.staff_member_id = sale.age_confirmed_by_id)
                OR NOT EXISTS (
                    SELECT FROM pos_auditentry said
                    WHERE said.company_id = sale.company_id
                        AND said.subject_key = sale.uid::text
                        AND said.act = 'age_confirmed'
                        AND said.staff_member_id = sale.age_confirmed_by_id
                        AND said.text::jsonb -> 'facts' ->> 'age'
                            = sale.confirmed_age::text))
            /*company sale*/ /*of_sales sale.id*/
        """,
    ),
)
