import django.db.models.deletion
import django.db.models.functions.datetime
import pos.core.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A shift's cash is counted and moved, and a close leaves a Z report.

    Shifts that were closed before have neither a reason nor a Z report, and stay
    as they are: what is new is asked of later ones only.
    """

    dependencies = [
        ('pos', '0005_the_largest_variance'),
        ('sales', '0004_finished_sales_balance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CashCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False)),
                ('moment', models.CharField(choices=[('opening', 'opening'), ('closing', 'closing')], max_length=10, verbose_name='moment')),
                ('pieces', models.JSONField(default=dict, verbose_name='pieces')),
                ('total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='total')),
                ('counted_at', models.DateTimeField(verbose_name='counted at')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='sales.shift')),
                ('staff_member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='counted by')),
            ],
            options={
                'verbose_name': 'cash count',
                'verbose_name_plural': 'cash counts',
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(fields=('company', 'uid'), name='cash_count_uid_once_per_company'), models.UniqueConstraint(condition=models.Q(('moment', 'opening')), fields=('company', 'shift'), name='one_opening_count_per_shift'), models.CheckConstraint(condition=models.Q(('total__lt', 100000000000), ('total__isnull', True), _connector='OR'), name='cash_count_is_finite'), models.CheckConstraint(condition=models.Q(('total__gte', Decimal('0'))), name='cash_count_is_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='CashMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False)),
                ('kind', models.CharField(choices=[('pay_in', 'cash in'), ('pay_out', 'cash out'), ('drop', 'drop to the safe'), ('no_sale', 'no sale')], max_length=10, verbose_name='kind')),
                ('amount', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('moved_at', models.DateTimeField(verbose_name='moved at')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('approved_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='sales.shift')),
                ('staff_member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff member')),
            ],
            options={
                'verbose_name': 'cash movement',
                'verbose_name_plural': 'cash movements',
                'ordering': ('-pk',),
                'permissions': [('move_cash', 'Can put cash in and take it out'), ('open_drawer', 'Can open the drawer without a sale')],
                'constraints': [models.UniqueConstraint(fields=('company', 'uid'), name='cash_movement_uid_once_per_company'), models.CheckConstraint(condition=models.Q(('amount__lt', 100000000000), ('amount__isnull', True), _connector='OR'), name='cash_movement_is_finite'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind', 'pay_in')), models.Q(('amount__lt', 0), ('kind__in', ('pay_out', 'drop'))), models.Q(('amount', 0), ('kind', 'no_sale')), _connector='OR'), name='cash_moves_the_way_its_kind_says'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='cash_movement_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='ZReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('report_number', models.CharField(max_length=40, verbose_name='report number')),
                ('total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='total')),
                ('tax_total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='tax')),
                ('rounding', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='cash rounding')),
                ('grand_total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='grand total')),
                ('figures', models.JSONField(verbose_name='figures')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='z_report', to='sales.shift')),
                ('till', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='z_reports', to='pos.till')),
            ],
            options={
                'verbose_name': 'Z report',
                'verbose_name_plural': 'Z reports',
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(fields=('company', 'till', 'number'), name='z_number_once_per_till'), models.UniqueConstraint(fields=('company', 'report_number'), name='z_report_number_once_per_company'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='z_numbers_begin_at_one'), models.CheckConstraint(condition=models.Q(models.Q(('total__lt', 100000000000), ('total__isnull', True), _connector='OR'), models.Q(('tax_total__lt', 100000000000), ('tax_total__isnull', True), _connector='OR'), models.Q(('rounding__lt', 100000000000), ('rounding__isnull', True), _connector='OR'), models.Q(('grand_total__lt', 100000000000), ('grand_total__isnull', True), _connector='OR')), name='z_report_is_finite')],
            },
        ),
        migrations.AlterModelOptions(
            name='shift',
            options={'ordering': ('-pk',), 'permissions': [('open_shift', 'Can open a shift'), ('close_shift', 'Can close a shift'), ('view_expected', 'Can see what the drawer should hold'), ('approve_variance', 'Can approve a variance above the limit')], 'verbose_name': 'shift', 'verbose_name_plural': 'shifts'},
        ),
        migrations.RemoveConstraint(
            model_name='fiscaldocument',
            name='document_of_a_sale_names_it',
        ),
        migrations.AddField(
            model_name='shift',
            name='approved_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='shift',
            name='variance_reason',
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason for the variance'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_by__isnull', True), ('closed_at__isnull', True), ('variance_reason', '')), models.Q(('closed_at__isnull', False), ('counted_cash', models.F('expected_cash'))), models.Q(('closed_at__isnull', False), models.Q(('variance_reason', ''), _negated=True)), _connector='OR'), name='a_variance_has_its_reason'),
        ),
        migrations.AddField(
            model_name='fiscaldocument',
            name='z_report',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fiscal_document', to='sales.zreport'),
        ),
        migrations.AddConstraint(
            model_name='fiscaldocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'z_report'), ('sale__isnull', True), ('z_report__isnull', False)), models.Q(('kind__in', ('sale', 'refund')), ('sale__isnull', False), ('z_report__isnull', True)), _connector='OR'), name='document_names_what_it_documents'),
        ),
    ]
