import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A basket voided while no shift is open names the shift that was closed last."""

    dependencies = [('sales', '0008_a_correction_moves_money')]

    operations = [
        migrations.AddField(
            model_name='sale',
            name='voided_after',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.shift', verbose_name='voided after the shift'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('voided_after__isnull', True), models.Q(('shift__isnull', True), ('status', 'voided')), _connector='OR'), name='voided_after_a_shift_or_in_one'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(('shift__isnull', True), ('status', 'voided')), fields=['till', 'voided_after'], name='void_between_shifts'),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_sale ADD CONSTRAINT sales_sale_voided_after_of_company"
            " FOREIGN KEY (company_id, voided_after_id)"
            " REFERENCES sales_shift (company_id, id)",
            "ALTER TABLE sales_sale DROP CONSTRAINT sales_sale_voided_after_of_company",
        ),
    ]
