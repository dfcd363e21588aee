from django.db import migrations

from pos.core.schema import permanent


class Migration(migrations.Migration):
    """The points ledger only grows."""

    dependencies = [("customers", "0002_composite_keys"), ("pos", "0003_permanence")]

    operations = permanent("customers_pointsentry")
