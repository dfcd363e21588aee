from django.db import migrations


class Migration(migrations.Migration):
    """A new Z report has what went on between the shift before and its own."""

    dependencies = [("sales", "0009_voids_between_shifts")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION check_z_report_since_last_shift() RETURNS trigger
            LANGUAGE plpgsql AS $$
            DECLARE
                this_shift sales_shift%ROWTYPE;
                last_shift sales_shift%ROWTYPE;
                voided bigint;
            BEGIN
                SELECT * INTO this_shift FROM sales_shift WHERE id = NEW.shift_id;
                SELECT * INTO last_shift FROM sales_shift
                    WHERE till_id = this_shift.till_id AND id < this_shift.id
                    ORDER BY id DESC LIMIT 1;
                SELECT count(*) INTO voided FROM sales_sale
                    WHERE shift_id = this_shift.id AND status = 'voided';
                voided := voided + (SELECT count(*) FROM sales_sale
                    WHERE till_id = this_shift.till_id AND shift_id IS NULL
                        AND status = 'voided'
                        AND coalesce(voided_after_id, 0) = coalesce(last_shift.id, 0));
                IF (NEW.figures #>> '{cash,since_last_count}')::numeric
                       IS DISTINCT FROM
                       coalesce(this_shift.opening_float - last_shift.counted_cash, 0)
                   OR (NEW.figures #>> '{counts,voids}')::bigint
                       IS DISTINCT FROM voided
                THEN
                    RAISE EXCEPTION 'Z report % leaves out what went before its shift',
                        NEW.report_number
                        USING ERRCODE = 'check_violation',
                              CONSTRAINT = 'z_report_since_last_shift';
                END IF;
                RETURN NULL;
            END $$;

            CREATE CONSTRAINT TRIGGER sales_zreport_since_last_shift
            AFTER INSERT ON sales_zreport DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION check_z_report_since_last_shift();
            """,
            """
            DROP TRIGGER sales_zreport_since_last_shift ON sales_zreport;
            DROP FUNCTION check_z_report_since_last_shift();
            """,
        ),
    ]
