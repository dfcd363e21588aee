from django.db import migrations

from pos.core.schema import (forbid_truncate, permanent)
from sales.migrations._finished_lines import MakeTrigger


class Migration(migrations.Migration):
    """What has been finished stays as it is, however it is approached."""

    dependencies = [("sales", "0002_composite_keys"), ("pos", "0003_permanence")]

    operations = [
        *permanent("sales_tender"),
        *permanent("sales_tenderconfirmation"),
        *permanent("sales_tendercorrection"),
        *permanent("sales_fiscaldocument"),
        *permanent("sales_receiptprint"),
        *permanent("sales_saleoperation"),
        forbid_truncate("sales_sale"),
        forbid_truncate("sales_saleline"),
        forbid_truncate("sales_shift"),
        migrations.RunSQL(
            """
            CREATE TRIGGER sales_shift_closed_is_permanent
            BEFORE UPDATE ON sales_shift FOR EACH ROW
            WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER sales_shift_is_never_deleted
            BEFORE DELETE ON sales_shift FOR EACH ROW
            EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER sales_sale_finished_is_permanent
            BEFORE UPDATE ON sales_sale FOR EACH ROW
            WHEN (OLD.status IN ('finalized', 'voided'))
            EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER sales_sale_is_never_deleted
            BEFORE DELETE ON sales_sale FOR EACH ROW
            EXECUTE FUNCTION forbid_change();
            """,
            """
            DROP TRIGGER sales_sale_is_never_deleted ON sales_sale;
            DROP TRIGGER sales_sale_finished_is_permanent ON sales_sale;
            DROP TRIGGER sales_shift_is_never_deleted ON sales_shift;
            DROP TRIGGER sales_shift_closed_is_permanent ON sales_shift;
            """,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION forbid_change_of_finished_sale() RETURNS trigger
            LANGUAGE plpgsql AS $$
            DECLARE
                sale_status text;
            BEGIN
                -- FOR SHARE: waits for a finalization that is under way.
                SELECT status INTO sale_status FROM sales_sale
                    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.sale_id
                                          ELSE NEW.sale_id END
                    FOR SHARE;
                IF sale_status IN ('finalized', 'voided') THEN
                    RAISE EXCEPTION 'the sale is %: % of % refused',
                        sale_status, TG_OP, TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$;

            CREATE TRIGGER sales_tender_joins_no_finished_sale
            BEFORE INSERT ON sales_tender FOR EACH ROW
            EXECUTE FUNCTION forbid_change_of_finished_sale();

            CREATE TRIGGER sales_saleline_of_finished_sale_is_permanent
            BEFORE INSERT OR DELETE ON sales_saleline FOR EACH ROW
            EXECUTE FUNCTION forbid_change_of_finished_sale();

            CREATE TRIGGER sales_saleline_stays_on_its_sale
            BEFORE UPDATE ON sales_saleline FOR EACH ROW
            WHEN (NEW.sale_id <> OLD.sale_id)
            EXECUTE FUNCTION forbid_change();

            CREATE TRIGGER sales_saleline_refunded_only_rises
            BEFORE UPDATE ON sales_saleline FOR EACH ROW
            WHEN (NEW.refunded_quantity < OLD.refunded_quantity
                  OR NEW.refunded_total < OLD.refunded_total)
            EXECUTE FUNCTION forbid_change();
            """,
            """
            DROP TRIGGER sales_saleline_refunded_only_rises ON sales_saleline;
            DROP TRIGGER sales_saleline_stays_on_its_sale ON sales_saleline;
            DROP TRIGGER sales_saleline_of_finished_sale_is_permanent
                ON sales_saleline;
            DROP TRIGGER sales_tender_joins_no_finished_sale ON sales_tender;
            DROP FUNCTION forbid_change_of_finished_sale();
            """,
        ),
        # An update is looked at only when it touches more than the refunded counters;
        # those never fall, whatever the sale's status.
        MakeTrigger(),
    ]
