import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Func
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """Customers are found without the accents of their names."""

    dependencies = [
        ("customers", "0003_permanence"),
        ("pos", "0015_search_without_accents"),
    ]

    operations = [
        migrations.RemoveIndex("customer", "customer_by_words"),
        migrations.AddField(
            "customer",
            "search_text",
            models.GeneratedField(
                expression=Func("name", "code", "email", function="fold_text"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "customer",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("search_text"), name="gin_trgm_ops"
                ),
                django.contrib.postgres.indexes.OpClass(
                    Upper("phone"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="customer_by_words",
            ),
        ),
    ]
