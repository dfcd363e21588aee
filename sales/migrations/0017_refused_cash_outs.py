import django.db.models.deletion
import django.db.models.functions.datetime
import pos.core.fields
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import (composite_keys, permanent)


class Migration(migrations.Migration):
    """Each try to take out more than a drawer should hold is a row, and stays."""

    dependencies = [
        ('pos', '0010_cash_below_zero'),
        ('sales', '0016_cash_corrections_are_approved'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cashmovement',
            options={'ordering': ('-pk',), 'permissions': [('move_cash', 'Can put cash in and take it out'), ('open_drawer', 'Can open the drawer without a sale'), ('overdraw_drawer', 'Can take out more cash than the drawer should hold')], 'verbose_name': 'cash movement', 'verbose_name_plural': 'cash movements'},
        ),
        migrations.CreateModel(
            name='RefusedCashOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('pay_out', 'cash out'), ('drop', 'drop to the safe'), ('refund', 'refund'), ('correction', 'correction'), ('given_back', 'part payment given back')], max_length=10, verbose_name='way')),
                ('amount', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='amount')),
                ('refused_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='refused at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refused_cash_outs', to='sales.shift')),
                ('staff_member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff member')),
                ('till', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.till')),
            ],
            options={
                'verbose_name': 'refused cash out',
                'verbose_name_plural': 'refused cash outs',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__lt', 100000000000), ('amount__isnull', True), _connector='OR'), name='refused_cash_out_is_finite'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refused_cash_out_is_above_zero')],
            },
        ),
        composite_keys('sales_refusedcashout', till='pos_till', shift='sales_shift', staff_member='pos_staffmember'),
        *permanent('sales_refusedcashout'),
        migrations.RunSQL(
            """
            CREATE TRIGGER sales_refusedcashout_joins_no_closed_shift
            BEFORE INSERT ON sales_refusedcashout FOR EACH ROW
            EXECUTE FUNCTION require_open_shift()
            """,
            "DROP TRIGGER sales_refusedcashout_joins_no_closed_shift"
            " ON sales_refusedcashout",
        ),
    ]
