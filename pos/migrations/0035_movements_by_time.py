import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """A ledger's rows of some days, and those that somebody gave a reason for."""

    dependencies = [
        ('pos', '0034_vouchers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='stockmovement',
            index=models.Index(fields=['company', 'moved_at'], name='movement_by_time'),
        ),
        migrations.AddIndex(
            model_name='stockmovement',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('reason'), name='gin_trgm_ops'), condition=models.Q(('reason', ''), _negated=True), fastupdate=False, name='movement_by_reason'),
        ),
    ]
