from importlib import import_module

import django.core.validators
import django.db.models.deletion
import pos.core.fields
from django.db import migrations, models

from pos.core.history_triggers import write_history
from pos.core.schema import composite_keys

COMPANIES = import_module("pos.migrations.0031_variance_is_a_limit")
PRODUCT = (
    *("category_id", "sku", "name", "second_name", "description", "price"),
    *("is_open_price", "cost", "tax_code", "unit", "is_tracked", "when_out"),
    *("is_favourite", "tile_position", "glyph", "is_active"),
)


def stop(history):
    """Take a trigger away, to make it again with one more column."""
    return migrations.RunSQL(history.reverse_sql, history.sql)


class Migration(migrations.Migration):
    """Companies charge deposits on containers, which products have."""

    dependencies = [
        ('pos', '0031_variance_is_a_limit'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContainerDeposit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', pos.core.fields.MoneyField(decimal_places=3, help_text='0 where there is none any more.', max_digits=14, validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='deposit on a container')),
                ('valid_from', models.DateField(verbose_name='valid from')),
            ],
            options={
                'verbose_name': 'container deposit',
                'verbose_name_plural': 'container deposits',
                'ordering': ('-valid_from',),
            },
        ),
        migrations.AddField(
            model_name='company',
            name='charges_container_deposits',
            field=models.BooleanField(db_default=False, default=False, help_text='Beside the price of drinks in regulated cans and bottles, and given back with them.', verbose_name='container deposits are charged'),
        ),
        migrations.AddField(
            model_name='product',
            name='containers',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='In one piece: 1 for a can, 24 for a carton of them.', validators=[django.core.validators.MaxValueValidator(999)], verbose_name='containers with a deposit'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('containers', 0), ('unit', 'each'), _connector='OR'), name='only_pieces_have_containers', violation_error_message='Only what is sold by the piece has containers with a deposit.'),
        ),
        migrations.AddField(
            model_name='containerdeposit',
            name='company',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='container_deposits', to='pos.company'),
        ),
        migrations.AddConstraint(
            model_name='containerdeposit',
            constraint=models.UniqueConstraint(fields=('company', 'valid_from'), name='container_deposit_once_per_day'),
        ),
        migrations.AddConstraint(
            model_name='containerdeposit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__lt', 100000000000), ('amount__isnull', True), _connector='OR'), name='container_deposit_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='containerdeposit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 100000)), name='container_deposit_is_in_range', violation_error_message='A deposit must not be below zero.'),
        ),
        composite_keys("pos_containerdeposit"),
        write_history("pos_containerdeposit", "amount", "valid_from"),
        stop(write_history("pos_product", *PRODUCT)),
        write_history("pos_product", *PRODUCT, "containers"),
        stop(COMPANIES.write_history_of_companies(*COMPANIES.CASH)),
        COMPANIES.write_history_of_companies(
            *COMPANIES.CASH, "charges_container_deposits"
        ),
    ]
