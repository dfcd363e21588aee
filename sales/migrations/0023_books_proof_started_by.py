from django.db import migrations


class Migration(migrations.Migration):
    """The column of what started a check of the books is named as screens call it."""

    dependencies = [("sales", "0022_tax_rate_use_by_time")]

    operations = [migrations.RenameField("booksproof", "asked_by", "started_by")]
