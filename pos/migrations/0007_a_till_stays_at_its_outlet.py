from django.db import migrations


class Migration(migrations.Migration):
    """A till that has numbered a document stays at its outlet.

    What it sold came off that outlet's stock, and is in that outlet's time zone.
    """

    dependencies = [("pos", "0006_a_category_has_a_second_name")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_till_stays_at_its_outlet_once_it_has_numbered
            BEFORE UPDATE ON pos_till FOR EACH ROW
            WHEN (NEW.outlet_id <> OLD.outlet_id
                  AND greatest(OLD.last_sale_number, OLD.last_refund_number,
                               OLD.last_z_number, OLD.last_chain_no) > 0)
            EXECUTE FUNCTION forbid_change()
            """,
            "DROP TRIGGER pos_till_stays_at_its_outlet_once_it_has_numbered"
            " ON pos_till",
        ),
    ]
