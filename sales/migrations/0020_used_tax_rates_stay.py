from django.db import migrations

from sales.migrations._used_tax_rates import OF_ALL_SALES


class Migration(migrations.Migration):
    """A tax rate that a finished sale has used is only followed by a later one."""

    dependencies = [
        ("sales", "0019_tax_date"),
        ("pos", "0010_cash_below_zero"),
    ]

    operations = [
        migrations.RunSQL(
            OF_ALL_SALES
            + """
            CREATE TRIGGER pos_taxrate_of_finished_sales_stays
            BEFORE INSERT OR UPDATE OR DELETE ON pos_taxrate FOR EACH ROW
            EXECUTE FUNCTION forbid_change_of_used_tax_rate();
            """,
            """
            DROP TRIGGER pos_taxrate_of_finished_sales_stays ON pos_taxrate;
            DROP FUNCTION forbid_change_of_used_tax_rate();
            """,
        ),
    ]
