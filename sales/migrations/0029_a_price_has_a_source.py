import django.db.models.deletion
import pos.core.fields
from django.conf import settings
from django.db import migrations, models

from sales.migrations._finished_lines import drop_trigger_of, with_columns

FOR_LINES_THAT_ARE_THERE = """
ALTER TABLE sales_saleline
    ALTER COLUMN base_price TYPE numeric(14, 3) USING unit_price,
    ALTER COLUMN price_source TYPE varchar(10)
        USING CASE WHEN has_label_price THEN 'label' ELSE price_source END,
    ALTER COLUMN label_amount TYPE numeric(14, 3)
        USING CASE WHEN has_label_price THEN list_amount - line_discount END
"""
MARK_LABELS_AGAIN = """
ALTER TABLE sales_saleline ALTER COLUMN has_label_price TYPE boolean
    USING label_amount IS NOT NULL
"""


class Migration(migrations.Migration):
    """A line says what the catalogue's price was, and where its own comes from.

    The amount on a label takes the place of the mark that there was one.
    """

    dependencies = [("sales", "0028_supervisors_approve")]

    operations = [
        drop_trigger_of("sales_saleline_stated_tax_of_finished_sale", "has_stated_tax"),
        drop_trigger_of("sales_saleline_label_price_of_finished_sale", "has_label_price"),
        *with_columns(
            migrations.AddField(
                model_name='saleline',
                name='base_price',
                field=pos.core.fields.MoneyField(decimal_places=3, max_digits=14, null=True, verbose_name='catalogue price'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='price_source',
                field=models.CharField(choices=[('catalogue', 'catalogue'), ('list', 'price list'), ('typed', 'typed'), ('override', 'changed by hand'), ('label', 'label')], db_default='catalogue', default='catalogue', max_length=10, verbose_name='source of the price'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='price_reason',
                field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason for the price'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='priced_by',
                field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='price changed by'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='label_amount',
                field=pos.core.fields.MoneyField(decimal_places=3, editable=False, max_digits=14, null=True, verbose_name='price of its label'),
            ),
            # For lines that are there, as an ALTER TABLE: their permanence stays on.
            migrations.RunSQL(FOR_LINES_THAT_ARE_THERE, MARK_LABELS_AGAIN),
            migrations.AlterField(
                model_name='saleline',
                name='base_price',
                field=pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='catalogue price'),
            ),
            migrations.RemoveConstraint(
                model_name='saleline',
                name='label_price_is_read_from_a_code',
            ),
            migrations.RemoveField(
                model_name='saleline',
                name='has_label_price',
            ),
            apart=["has_stated_tax"],
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_saleline ADD CONSTRAINT sales_saleline_priced_by_of_company"
            " FOREIGN KEY (company_id, priced_by_id) REFERENCES pos_staffmember (company_id, id)",
            "ALTER TABLE sales_saleline DROP CONSTRAINT sales_saleline_priced_by_of_company",
        ),
        migrations.RemoveConstraint(
            model_name='saleline',
            name='line_price_is_not_negative',
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('base_price__gte', 0), ('unit_price__gte', 0)), name='line_price_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base_price__lt', 100000000000), ('base_price__isnull', True), _connector='OR'), models.Q(('label_amount__lt', 100000000000), ('label_amount__isnull', True), _connector='OR')), name='line_prices_are_finite'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_source', 'catalogue'), ('unit_price', models.F('base_price'))), ('price_source__in', ('list', 'typed', 'override', 'label')), _connector='OR'), name='line_has_the_catalogue_price_or_says_why_not'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_source', 'override'), ('priced_by__isnull', False), models.Q(('price_reason', ''), _negated=True)), models.Q(models.Q(('price_source', 'override'), _negated=True), ('price_reason', ''), ('priced_by__isnull', True)), _connector='OR'), name='changed_price_names_a_reason_and_a_person'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('label_amount__isnull', True), models.Q(('discount_rate', 0), ('label_amount__gt', 0), ('price_source', 'label'), models.Q(('scanned_code', ''), _negated=True)), _connector='OR'), name='label_price_is_read_from_a_code'),
        ),
    ]
