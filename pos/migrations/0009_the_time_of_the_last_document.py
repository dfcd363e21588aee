import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    """No document is older than the one before it, and a day may end after midnight."""

    dependencies = [("pos", "0008_trigger_functions_fix_their_search_path")]

    operations = [
        migrations.AddField(
            model_name="outlet",
            name="day_ends_at",
            field=models.TimeField(default=datetime.time(0, 0), help_text="What is sold before this time belongs to the day before, as in a bar that closes at 03:00. Tax goes by the calendar date.", verbose_name="end of the business day"),
        ),
        migrations.AddField(
            model_name="till",
            name="last_document_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="outlet",
            constraint=models.CheckConstraint(condition=models.Q(("day_ends_at__lte", datetime.time(12, 0))), name="business_day_ends_by_noon", violation_error_message="A business day ends at noon at the latest."),
        ),
    ]
