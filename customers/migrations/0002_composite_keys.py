from django.db import migrations

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """A row of a company names only rows of the same company."""

    dependencies = [("customers", "0001_initial"), ("pos", "0002_composite_keys")]

    operations = [
        composite_keys("customers_loyaltyprogramme"),
        composite_keys("customers_customer"),
        composite_keys(
            "customers_pointsentry",
            customer="customers_customer",
            staff_member="pos_staffmember",
        ),
    ]
