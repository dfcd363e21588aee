import django.db.models.expressions
import pos.core.fields
from decimal import Decimal
from django.db import migrations, models

from pos.core.schema import replace_in_function
from sales.migrations._finished_lines import with_columns

# What the function of 0004 says, and what it says from now on.
BALANCES = {
    "coalesce(sum(points_discount), 0) AS points,":
        "coalesce(sum(points_discount), 0) AS points,"
        " coalesce(sum(deposit), 0) AS deposits,",
    "lines.points <> sale.points_value":
        "lines.points <> sale.points_value OR lines.deposits <> sale.deposits",
    "sale.total + sale.rounding":
        "sale.total + sale.deposits + sale.issued + sale.rounding",
}


class Migration(migrations.Migration):
    """Deposits and stored value that is sold are due, and are in no total."""

    dependencies = [("sales", "0030_room_for_offers")]

    operations = [
        *with_columns(
            migrations.AddField(
                model_name='saleline',
                name='deposit',
                field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='deposit'),
            ),
        ),
        migrations.AddField(
            model_name='sale',
            name='deposits',
            field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='deposits'),
        ),
        migrations.AddField(
            model_name='sale',
            name='issued',
            field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='stored value sold'),
        ),
        # PostgreSQL does not change the expression of a column.
        migrations.RemoveField(model_name="sale", name="due"),
        migrations.AddField(
            model_name='sale',
            name='due',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('total'), '+', models.F('deposits')), '+', models.F('issued')), '+', models.F('rounding')), output_field=pos.core.fields.MoneyField(decimal_places=3, max_digits=14), verbose_name='due'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('deposit__lt', 100000000000), ('deposit__isnull', True), _connector='OR'), name='line_deposit_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deposit__gte', 0), ('quantity__gt', 0)), models.Q(('deposit__lte', 0), ('quantity__lt', 0)), _connector='OR'), name='line_deposit_has_the_sign_of_its_quantity'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deposits__lt', 100000000000), ('deposits__isnull', True), _connector='OR'), models.Q(('issued__lt', 100000000000), ('issued__isnull', True), _connector='OR')), name='deposits_are_finite'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deposits__gte', 0), ('issued__gte', 0), ('kind', 'sale')), models.Q(('deposits__lte', 0), ('issued__lte', 0), ('kind', 'refund')), _connector='OR'), name='deposits_have_the_sign_of_their_sale'),
        ),
        replace_in_function("check_sale_balances", BALANCES),
    ]
