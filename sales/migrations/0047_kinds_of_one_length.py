from django.db import migrations, models


class Migration(migrations.Migration):
    """The kind of a shift's tenders is as long as that of the tenders themselves."""

    dependencies = [("sales", "0046_voids_and_pending_tenders")]

    operations = [
        migrations.AlterField(
            model_name="shifttender",
            name="kind",
            field=models.CharField(max_length=10, verbose_name="kind"),
        ),
    ]
