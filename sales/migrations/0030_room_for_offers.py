import django.db.models.expressions
import django.db.models.lookups
import pos.core.fields
from decimal import Decimal
from django.db import migrations, models

from sales.migrations._finished_lines import with_columns


class Migration(migrations.Migration):
    """There is room for what offers give, for serial numbers and for modifiers."""

    dependencies = [("sales", "0029_a_price_has_a_source")]

    operations = [
        migrations.RemoveConstraint(
            model_name='saleline',
            name='line_adds_up',
        ),
        migrations.RemoveConstraint(
            model_name='saleline',
            name='line_amounts_have_the_sign_of_its_quantity',
        ),
        *with_columns(
            migrations.AddField(
                model_name='saleline',
                name='offers',
                field=models.JSONField(blank=True, db_default=[], default=list, editable=False, verbose_name='offers'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='offers_discount',
                field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='taken off by offers'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='points_factor',
                field=models.DecimalField(db_default=Decimal('1'), decimal_places=2, default=Decimal('1'), editable=False, max_digits=4, verbose_name='points factor'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='serial',
                field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64, verbose_name='serial number'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='modifiers',
                field=models.JSONField(blank=True, db_default=[], default=list, editable=False, verbose_name='modifiers'),
            ),
        ),
        migrations.AddField(
            model_name='sale',
            name='priced_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='prices as of'),
        ),
        migrations.AddField(
            model_name='sale',
            name='coupon_value',
            field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='taken off by the coupon'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('list_amount'), '-', models.F('line_discount')), '-', models.F('offers_discount')), '-', models.F('sale_discount')), '-', models.F('points_discount'))), ('net_total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('list_amount'), '-', models.F('line_discount')), '-', models.F('offers_discount')), '-', models.F('sale_discount')), '-', models.F('points_discount'))), _connector='OR'), name='line_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('line_discount__gte', 0), ('list_amount__gte', 0), ('net_total__gte', 0), ('offers_discount__gte', 0), ('points_discount__gte', 0), ('quantity__gt', 0), ('sale_discount__gte', 0), ('total__gte', 0)), models.Q(('line_discount__lte', 0), ('list_amount__lte', 0), ('net_total__lte', 0), ('offers_discount__lte', 0), ('points_discount__lte', 0), ('quantity__lt', 0), ('sale_discount__lte', 0), ('total__lte', 0)), _connector='OR'), name='line_amounts_have_the_sign_of_its_quantity'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offers_discount__lt', 100000000000), ('offers_discount__isnull', True), _connector='OR'), models.Q(('points_factor__lt', 100000000000), ('points_factor__isnull', True), _connector='OR')), name='line_offers_are_finite'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('offers_discount', 0), models.Q(('discount_amount', 0), ('discount_rate', 0), models.Q(('offers', []), _negated=True)), _connector='OR'), name='line_has_offers_or_a_discount'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('offers'), function='jsonb_typeof', output_field=models.TextField()), 'array')), name='line_offers_are_a_list'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('modifiers'), function='jsonb_typeof', output_field=models.TextField()), 'array')), name='line_modifiers_are_a_list'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('points_factor__gte', 0)), name='points_factor_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('coupon_value__lt', 100000000000), ('coupon_value__isnull', True), _connector='OR'), name='coupon_value_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('coupon_value__gte', 0), ('kind', 'sale')), models.Q(('coupon_value__lte', 0), ('kind', 'refund')), _connector='OR'), name='coupon_value_has_the_sign_of_its_sale'),
        ),
    ]
