import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A print has an id of its own, and names who agreed to a further copy."""

    dependencies = [
        ('pos', '0031_variance_is_a_limit'),
        ('sales', '0035_owners_use_every_outlet'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='receiptprint',
            name='approved_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_receiptprint"
            " ADD CONSTRAINT sales_receiptprint_approved_by_of_company"
            " FOREIGN KEY (company_id, approved_by_id)"
            " REFERENCES pos_staffmember (company_id, id)",
            "ALTER TABLE sales_receiptprint"
            " DROP CONSTRAINT sales_receiptprint_approved_by_of_company",
        ),
        migrations.AddField(
            model_name='receiptprint',
            name='uid',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddConstraint(
            model_name='receiptprint',
            constraint=models.UniqueConstraint(fields=('company', 'uid'), name='receipt_print_uid_once_per_company'),
        ),
    ]
