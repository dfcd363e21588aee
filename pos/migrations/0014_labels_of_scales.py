import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    """How a company's scales print an item and its weight or price is its choice."""

    dependencies = [("pos", "0013_codes_once_in_any_spelling")]

    operations = [
        migrations.AddField(
            model_name='company',
            name='label_item_digits',
            field=models.PositiveSmallIntegerField(db_default=5, default=5, help_text='A product has this number as a barcode or as its SKU.', verbose_name="digits of the item's number"),
        ),
        migrations.AddField(
            model_name='company',
            name='label_value',
            field=models.CharField(blank=True, choices=[('', 'nothing: there are none'), ('weight', 'the weight'), ('price', 'the price')], db_default='', default='', help_text='EAN-13 that begins with 20 to 29.', max_length=6, verbose_name="labels of the shop's scales give"),
        ),
        migrations.AddField(
            model_name='company',
            name='label_value_digits',
            field=models.PositiveSmallIntegerField(db_default=5, default=5, help_text='A weight in grams, a price in the smallest unit of the currency.', verbose_name='digits of the weight or price'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('label_item_digits__gte', 1), ('label_item_digits__lte', django.db.models.expressions.CombinedExpression(models.Value(10), '-', models.F('label_value_digits'))), ('label_value_digits__gte', 1)), name='label_has_room_for_item_and_value', violation_error_message="A label has at most ten digits for the item's number and its weight or price together, and at least one for each."),
        ),
    ]
