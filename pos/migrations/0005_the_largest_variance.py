import pos.core.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    """How far a count may be off before somebody has to approve it."""

    dependencies = [
        ('pos', '0004_a_count_says_what_was_found'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='company',
            name='company_amounts_are_finite',
        ),
        migrations.AddField(
            model_name='company',
            name='variance_max',
            field=pos.core.fields.MoneyField(decimal_places=3, default=Decimal('5.00'), help_text='A shift that is over or short by more needs a supervisor.', max_digits=14, verbose_name='largest variance without approval'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cash_rounding_step__lt', 100000000000), ('cash_rounding_step__isnull', True), _connector='OR'), models.Q(('variance_max__lt', 100000000000), ('variance_max__isnull', True), _connector='OR')), name='company_amounts_are_finite'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('variance_max__gte', 0)), name='variance_max_is_not_negative'),
        ),
    ]
