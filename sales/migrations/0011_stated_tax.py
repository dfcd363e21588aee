from django.db import migrations, models


class Migration(migrations.Migration):
    """A line from a file of past sales keeps the tax that the file states."""

    dependencies = [('sales', '0010_z_reports_between_shifts')]

    operations = [
        migrations.AddField(
            model_name='saleline',
            name='has_stated_tax',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='tax taken over'),
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER sales_saleline_stated_tax_of_finished_sale
            BEFORE UPDATE ON sales_saleline FOR EACH ROW
            WHEN (NEW.has_stated_tax <> OLD.has_stated_tax)
            EXECUTE FUNCTION forbid_change_of_finished_sale();
            """,
            "DROP TRIGGER sales_saleline_stated_tax_of_finished_sale ON sales_saleline;",
        ),
    ]
