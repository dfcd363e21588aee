from django.db import migrations, models


class Migration(migrations.Migration):
    """All sessions of a person end when this number rises."""

    dependencies = [("pos", "0023_field_history")]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="sign_outs",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False
            ),
        ),
    ]
