from django.db import migrations

from pos.core.schema import (composite_keys, permanent)

CHECKS = """
    -- What is counted, moved or sold belongs to a shift that is open.
    CREATE FUNCTION require_open_shift() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM sales_shift
                   WHERE id = NEW.shift_id AND closed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the shift is closed: % of % refused',
                TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;

    -- At COMMIT a closed shift has its Z report, and that says what the shift is.
    CREATE FUNCTION check_close_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        the_shift bigint;
        shift sales_shift%ROWTYPE;
        z sales_zreport%ROWTYPE;
        sold record;
    BEGIN
        IF TG_TABLE_NAME = 'sales_shift' THEN
            the_shift := NEW.id;
        ELSE
            the_shift := NEW.shift_id;
        END IF;
        SELECT * INTO shift FROM sales_shift WHERE id = the_shift;
        SELECT * INTO z FROM sales_zreport WHERE shift_id = the_shift;
        SELECT coalesce(sum(total), 0) AS total, coalesce(sum(rounding), 0) AS rounding,
               coalesce(sum(total - net_total), 0) AS tax_total
            INTO sold FROM sales_sale
            WHERE shift_id = the_shift AND status = 'finalized';
        IF z.id IS NULL OR shift.closed_at IS NULL OR z.till_id <> shift.till_id
           OR z.total <> sold.total OR z.rounding <> sold.rounding
           OR z.tax_total <> sold.tax_total
           OR (z.figures #>> '{cash,float}')::numeric
               IS DISTINCT FROM shift.opening_float
           OR (z.figures #>> '{cash,expected}')::numeric
               IS DISTINCT FROM shift.expected_cash
           OR (z.figures #>> '{cash,counted}')::numeric
               IS DISTINCT FROM shift.counted_cash
           OR z.grand_total <> z.total + coalesce(
               (SELECT grand_total FROM sales_zreport
                WHERE till_id = z.till_id AND number = z.number - 1), 0)
           OR (z.number > 1 AND NOT EXISTS (
               SELECT FROM sales_zreport
               WHERE till_id = z.till_id AND number = z.number - 1))
           OR NOT EXISTS (SELECT FROM sales_fiscaldocument WHERE z_report_id = z.id)
        THEN
            RAISE EXCEPTION 'the close of shift % is not whole', the_shift
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'close_is_whole';
        END IF;
        RETURN NULL;
    END $$;
"""

TRIGGERS = """
    CREATE TRIGGER sales_cashcount_joins_no_closed_shift
    BEFORE INSERT ON sales_cashcount FOR EACH ROW
    EXECUTE FUNCTION require_open_shift();

    CREATE TRIGGER sales_cashmovement_joins_no_closed_shift
    BEFORE INSERT ON sales_cashmovement FOR EACH ROW
    EXECUTE FUNCTION require_open_shift();

    CREATE TRIGGER sales_tendercorrection_joins_no_closed_shift
    BEFORE INSERT ON sales_tendercorrection FOR EACH ROW
    EXECUTE FUNCTION require_open_shift();

    CREATE TRIGGER sales_sale_begins_in_no_closed_shift
    BEFORE INSERT ON sales_sale FOR EACH ROW WHEN (NEW.shift_id IS NOT NULL)
    EXECUTE FUNCTION require_open_shift();

    CREATE TRIGGER sales_sale_joins_no_closed_shift
    BEFORE UPDATE ON sales_sale FOR EACH ROW
    WHEN (NEW.shift_id IS DISTINCT FROM OLD.shift_id)
    EXECUTE FUNCTION require_open_shift();

    CREATE CONSTRAINT TRIGGER sales_shift_close_is_whole
    AFTER INSERT OR UPDATE ON sales_shift DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION check_close_is_whole();

    CREATE CONSTRAINT TRIGGER sales_zreport_close_is_whole
    AFTER INSERT ON sales_zreport DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_close_is_whole();
"""

UNDO = """
    DROP TRIGGER sales_zreport_close_is_whole ON sales_zreport;
    DROP TRIGGER sales_shift_close_is_whole ON sales_shift;
    DROP TRIGGER sales_sale_joins_no_closed_shift ON sales_sale;
    DROP TRIGGER sales_sale_begins_in_no_closed_shift ON sales_sale;
    DROP TRIGGER sales_tendercorrection_joins_no_closed_shift
        ON sales_tendercorrection;
    DROP TRIGGER sales_cashmovement_joins_no_closed_shift ON sales_cashmovement;
    DROP TRIGGER sales_cashcount_joins_no_closed_shift ON sales_cashcount;
    DROP FUNCTION check_close_is_whole();
    DROP FUNCTION require_open_shift();
"""


class Migration(migrations.Migration):
    """What was counted, moved and reported stays, and a closed shift stays closed."""

    dependencies = [("sales", "0005_cash_of_a_shift")]

    operations = [
        composite_keys(
            "sales_cashcount", shift="sales_shift", staff_member="pos_staffmember"
        ),
        composite_keys(
            "sales_cashmovement",
            shift="sales_shift",
            staff_member="pos_staffmember",
            approved_by="pos_staffmember",
        ),
        composite_keys("sales_zreport", till="pos_till", shift="sales_shift"),
        migrations.RunSQL(
            """
            ALTER TABLE sales_shift ADD CONSTRAINT sales_shift_approved_by_of_company
                FOREIGN KEY (company_id, approved_by_id)
                REFERENCES pos_staffmember (company_id, id);
            ALTER TABLE sales_fiscaldocument
                ADD CONSTRAINT sales_fiscaldocument_z_report_of_company
                FOREIGN KEY (company_id, z_report_id)
                REFERENCES sales_zreport (company_id, id);
            """,
            """
            ALTER TABLE sales_fiscaldocument
                DROP CONSTRAINT sales_fiscaldocument_z_report_of_company;
            ALTER TABLE sales_shift DROP CONSTRAINT sales_shift_approved_by_of_company;
            """,
        ),
        *permanent("sales_cashcount"),
        *permanent("sales_cashmovement"),
        *permanent("sales_zreport"),
        migrations.RunSQL(CHECKS + TRIGGERS, UNDO),
    ]
