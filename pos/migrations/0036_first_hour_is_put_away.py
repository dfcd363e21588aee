from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether the owner has put away what a new shop is shown to do."""

    dependencies = [("pos", "0035_movements_by_time")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="first_hour_dismissed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
