from django.db import migrations

from sales.migrations._used_tax_rates import OF_ALL_SALES, OF_SALES_OF_ITS_TIME


class Migration(migrations.Migration):
    """A tax rate is looked for in the sales of its time only, while tills wait."""

    dependencies = [("sales", "0021_counts_know_what_was_expected")]

    operations = [migrations.RunSQL(OF_SALES_OF_ITS_TIME, OF_ALL_SALES)]
