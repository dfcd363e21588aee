from django.db import migrations, models


class Migration(migrations.Migration):
    """A check of the books says how far it read, for the next one to go on."""

    dependencies = [("sales", "0013_findings_are_explained")]

    operations = [
        migrations.AddField(
            "booksproof",
            "continues_at",
            models.DateTimeField(
                blank=True,
                help_text="Only what was added since this check was read, and all"
                " balances. Empty if everything was.",
                null=True,
                verbose_name="goes on from",
            ),
        ),
        migrations.AddField(
            "booksproof",
            "proven",
            models.JSONField(default=dict, editable=False),
        ),
    ]
