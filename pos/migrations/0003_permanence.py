from django.db import migrations

from pos.core.schema import permanent


class Migration(migrations.Migration):
    """Ledgers only grow, and a till's counters only rise."""

    dependencies = [("pos", "0002_composite_keys")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is permanent: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """,
            "DROP FUNCTION forbid_change()",
        ),
        *permanent("pos_stockmovement"),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_till_counters_only_rise BEFORE UPDATE ON pos_till
            FOR EACH ROW WHEN (
                NEW.last_sale_number < OLD.last_sale_number
                OR NEW.last_refund_number < OLD.last_refund_number
                OR NEW.last_z_number < OLD.last_z_number
                OR NEW.last_chain_no < OLD.last_chain_no
            ) EXECUTE FUNCTION forbid_change()
            """,
            "DROP TRIGGER pos_till_counters_only_rise ON pos_till",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_till_chain_head_moves_with_its_number
            BEFORE UPDATE ON pos_till FOR EACH ROW WHEN (
                (NEW.chain_head = OLD.chain_head)
                <> (NEW.last_chain_no = OLD.last_chain_no)
            ) EXECUTE FUNCTION forbid_change()
            """,
            "DROP TRIGGER pos_till_chain_head_moves_with_its_number ON pos_till",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_till_code_stays_once_it_is_printed
            BEFORE UPDATE ON pos_till FOR EACH ROW
            WHEN (OLD.last_chain_no > 0 AND NEW.code <> OLD.code)
            EXECUTE FUNCTION forbid_change()
            """,
            "DROP TRIGGER pos_till_code_stays_once_it_is_printed ON pos_till",
        ),
    ]
