import django.db.models.deletion
import pos.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A count says what was expected then, and who approved that it was made again."""

    dependencies = [
        ('pos', '0010_cash_below_zero'),
        ('sales', '0020_used_tax_rates_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='cashcount',
            name='cash_count_is_finite',
        ),
        migrations.AddField(
            model_name='cashcount',
            name='approved_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='cashcount',
            name='expected_cash',
            field=pos.core.fields.MoneyField(decimal_places=3, editable=False, max_digits=14, null=True, verbose_name='expected cash'),
        ),
        migrations.AddConstraint(
            model_name='cashcount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('total__lt', 100000000000), ('total__isnull', True), _connector='OR'), models.Q(('expected_cash__lt', 100000000000), ('expected_cash__isnull', True), _connector='OR')), name='cash_count_is_finite'),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_cashcount ADD CONSTRAINT"
            " sales_cashcount_approved_by_of_company"
            " FOREIGN KEY (company_id, approved_by_id)"
            " REFERENCES pos_staffmember (company_id, id)",
            "ALTER TABLE sales_cashcount DROP CONSTRAINT"
            " sales_cashcount_approved_by_of_company",
        ),
    ]
