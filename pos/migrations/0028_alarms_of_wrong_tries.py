import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """Many wrong tries are an alarm, until somebody has seen it."""

    dependencies = [("pos", "0027_staff_have_their_outlets")]

    operations = [
        migrations.CreateModel(
            name="AttemptAlarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("dismissed_at", models.DateTimeField(blank=True, null=True, verbose_name="dismissed at")),
                ("company", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("dismissed_by", models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="dismissed by")),
            ],
            options={
                "verbose_name": "alarm of wrong tries",
                "verbose_name_plural": "alarms of wrong tries",
                "ordering": ("-raised_at", "-pk"),
                "indexes": [
                    models.Index(fields=["company", "raised_at"], name="alarms_in_a_company"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("dismissed_at__isnull", True), ("dismissed_by__isnull", True)), models.Q(("dismissed_at__isnull", False), ("dismissed_by__isnull", False)), _connector="OR"),
                        name="an_alarm_is_dismissed_by_somebody",
                    ),
                ],
            },
        ),
        composite_keys("pos_attemptalarm", dismissed_by="pos_staffmember"),
    ]
