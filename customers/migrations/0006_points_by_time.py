from django.db import migrations, models


class Migration(migrations.Migration):
    """A ledger's rows of some days, and those that somebody gave a reason for."""

    dependencies = [
        ('customers', '0005_field_history'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='pointsentry',
            index=models.Index(fields=['company', 'entered_at'], name='points_by_time'),
        ),
        migrations.AddIndex(
            model_name='pointsentry',
            index=models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['company', '-id'], name='points_with_reason'),
        ),
    ]
