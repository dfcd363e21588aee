from django.db import migrations, models


class Migration(migrations.Migration):
    """Tabs of the till are named in a second language, as products are."""

    dependencies = [("pos", "0005_the_largest_variance")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="second_name",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="second-language name"
            ),
        ),
    ]
