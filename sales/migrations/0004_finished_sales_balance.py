from django.db import migrations


class Migration(migrations.Migration):
    """At COMMIT a finalized sale is the sum of its lines and of its tenders.

    Deferred, so that the rows may be written in any order; on the sale, its
    lines and its tenders, so that a line slipped in beside a finalization is
    found too.
    """

    dependencies = [("sales", "0003_permanence")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION check_sale_balances() RETURNS trigger
            LANGUAGE plpgsql AS $$
            DECLARE
                the_sale bigint;
                sale sales_sale%ROWTYPE;
                lines record;
                tenders record;
            BEGIN
                IF TG_TABLE_NAME = 'sales_sale' THEN
                    the_sale := NEW.id;
                ELSIF TG_OP = 'DELETE' THEN
                    the_sale := OLD.sale_id;
                ELSE
                    the_sale := NEW.sale_id;
                END IF;
                SELECT * INTO sale FROM sales_sale WHERE id = the_sale;
                IF sale.status IS DISTINCT FROM 'finalized' THEN
                    RETURN NULL;
                END IF;
                SELECT count(*) AS n, coalesce(sum(total), 0) AS total,
                       coalesce(sum(net_total), 0) AS net_total,
                       coalesce(sum(points_discount), 0) AS points,
                       coalesce(bool_and((quantity < 0) = (sale.kind = 'refund')),
                                false) AS signs
                    INTO lines FROM sales_saleline
                    WHERE sale_id = the_sale AND removed_by IS NULL;
                SELECT coalesce(sum(amount), 0) AS amount,
                       coalesce(bool_or(kind = 'cash'), false) AS has_cash,
                       coalesce(bool_and(amount = 0
                                OR (amount < 0) = (sale.kind = 'refund')),
                                true) AS signs
                    INTO tenders FROM sales_tender WHERE sale_id = the_sale;
                -- What was rounded off a sale is given back with its refund,
                -- in whatever way that is paid.
                IF lines.n = 0 OR lines.n <> sale.line_count
                   OR lines.total <> sale.total OR lines.net_total <> sale.net_total
                   OR lines.points <> sale.points_value
                   OR NOT lines.signs OR NOT tenders.signs
                   OR tenders.amount <> sale.total + sale.rounding
                   OR (sale.rounding <> 0 AND NOT tenders.has_cash
                       AND sale.kind = 'sale')
                   OR NOT EXISTS (SELECT 1 FROM sales_fiscaldocument
                                  WHERE sale_id = the_sale) THEN
                    RAISE EXCEPTION 'sale % does not balance', sale.receipt_number
                        USING ERRCODE = 'check_violation',
                              CONSTRAINT = 'finalized_sale_balances';
                END IF;
                RETURN NULL;
            END $$;

            CREATE CONSTRAINT TRIGGER sales_sale_balances
            AFTER INSERT OR UPDATE ON sales_sale DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.status = 'finalized')
            EXECUTE FUNCTION check_sale_balances();

            CREATE CONSTRAINT TRIGGER sales_saleline_balances
            AFTER INSERT OR UPDATE OR DELETE ON sales_saleline
            DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION check_sale_balances();

            CREATE CONSTRAINT TRIGGER sales_tender_balances
            AFTER INSERT ON sales_tender DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION check_sale_balances();
            """,
            """
            DROP TRIGGER sales_tender_balances ON sales_tender;
            DROP TRIGGER sales_saleline_balances ON sales_saleline;
            DROP TRIGGER sales_sale_balances ON sales_sale;
            DROP FUNCTION check_sale_balances();
            """,
        ),
    ]
