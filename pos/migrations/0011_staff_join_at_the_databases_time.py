from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """The database dates a new staff member, and no web server's clock."""

    dependencies = [("pos", "0010_cash_below_zero")]

    operations = [
        migrations.AlterField(
            model_name="staffmember",
            name="joined_at",
            field=models.DateTimeField(
                db_default=Now(), editable=False, verbose_name="joined at"
            ),
        ),
    ]
