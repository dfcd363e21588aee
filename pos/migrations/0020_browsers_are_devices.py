import django.db.models.deletion
import pos.core.ids
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """Which browsers belong to a till, and the codes that make them do."""

    dependencies = [
        ('pos', '0019_limits_and_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=pos.core.ids.uuid7, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('enrolled_at', models.DateTimeField(verbose_name='enrolled at')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='pos.company')),
                ('enrolled_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='enrolled by')),
                ('revoked_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('till', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='pos.till', verbose_name='till')),
            ],
            options={
                'verbose_name': 'device',
                'verbose_name_plural': 'devices',
                'ordering': ('-enrolled_at', '-pk'),
                'permissions': [('enrol_device', 'Can enrol and revoke devices')],
            },
        ),
        migrations.CreateModel(
            name='EnrolmentCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(editable=False, max_length=64)),
                ('device_name', models.CharField(blank=True, max_length=60, verbose_name='name of the device')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('device', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.device', verbose_name='device')),
                ('made_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('till', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.till', verbose_name='till')),
            ],
            options={
                'verbose_name': 'enrolment code',
                'verbose_name_plural': 'enrolment codes',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('company', 'uid'), name='device_uid_once_per_company'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='a_device_is_revoked_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='enrolmentcode',
            constraint=models.UniqueConstraint(fields=('company', 'code_hash'), name='enrolment_code_once_per_company'),
        ),
        migrations.AddConstraint(
            model_name='enrolmentcode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('device__isnull', True), ('used_at__isnull', True)), models.Q(('device__isnull', False), ('used_at__isnull', False), ('used_at__lt', models.F('expires_at'))), _connector='OR'), name='an_enrolment_code_is_used_before_it_expires'),
        ),
        composite_keys(
            "pos_device",
            till="pos_till",
            enrolled_by="pos_staffmember",
            revoked_by="pos_staffmember",
        ),
        composite_keys(
            "pos_enrolmentcode",
            till="pos_till",
            made_by="pos_staffmember",
            device="pos_device",
        ),
    ]
