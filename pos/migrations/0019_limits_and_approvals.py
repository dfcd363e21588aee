import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys, permanent


class Migration(migrations.Migration):
    """How far a role goes alone is a row; so is who agreed to go further, and stays."""

    dependencies = [
        ('pos', '0018_attempts_are_counted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=30, verbose_name='act')),
                ('uid', models.UUIDField(editable=False)),
                ('requested', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='requested')),
                ('limit_passed', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='limit')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('approved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='approved at')),
                ('approved_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='approvals_given', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('requested_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='approvals_requested', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'ordering': ('-pk',),
                'permissions': [('approve_discount', 'Can approve a discount'), ('approve_cash_out', 'Can approve cash that is taken out')],
                'indexes': [models.Index(fields=['company', '-approved_at'], name='approval_by_time')],
                'constraints': [models.UniqueConstraint(fields=('company', 'uid', 'act'), name='approval_once_per_act'), models.CheckConstraint(condition=models.Q(models.Q(('requested__lt', 100000000000), ('requested__isnull', True), _connector='OR'), models.Q(('limit_passed__lt', 100000000000), ('limit_passed__isnull', True), _connector='OR')), name='approval_is_finite'), models.CheckConstraint(condition=models.Q(('limit_passed__gte', 0), ('requested__gt', models.F('limit_passed'))), name='approval_is_for_what_is_above_the_limit'), models.CheckConstraint(condition=models.Q(('approved_by', models.F('requested_by')), _negated=True), name='nobody_approves_what_they_ask_for')],
            },
        ),
        migrations.CreateModel(
            name='Limit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=30, verbose_name='act')),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='limit')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('role', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='pos.role')),
            ],
            options={
                'verbose_name': 'limit',
                'verbose_name_plural': 'limits',
                'ordering': ('role', 'act'),
                'constraints': [models.UniqueConstraint(fields=('company', 'role', 'act'), name='limit_once_per_role_and_act'), models.CheckConstraint(condition=models.Q(('value__lt', 100000000000), ('value__isnull', True), _connector='OR'), name='limit_is_finite'), models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='limit_is_zero_or_above')],
            },
        ),
        composite_keys('pos_approval', requested_by='pos_staffmember', approved_by='pos_staffmember'),
        *permanent('pos_approval'),
        composite_keys('pos_limit', role='pos_role'),
    ]
