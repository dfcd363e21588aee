import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys, permanent


class Migration(migrations.Migration):
    """What a check finds can be explained; an explanation stays as it was."""

    dependencies = [
        ('pos', '0006_a_category_has_a_second_name'),
        ('sales', '0012_trigger_functions_fix_their_search_path'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FindingExplanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_id', models.CharField(max_length=10, verbose_name='check')),
                ('offender', models.TextField(verbose_name='finding')),
                ('finding_hash', models.CharField(max_length=64, verbose_name='hash of the finding')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('staff_member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff member')),
            ],
            options={
                'verbose_name': 'explained finding',
                'verbose_name_plural': 'explained findings',
                'ordering': ('-pk',),
                'permissions': [('explain_finding', 'Can explain what a check found')],
                'constraints': [models.UniqueConstraint(fields=('company', 'finding_hash'), name='finding_is_explained_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='an_explanation_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('check_id', ''), _negated=True), models.Q(('finding_hash', ''), _negated=True)), name='an_explanation_names_a_finding')],
            },
        ),
        composite_keys('sales_findingexplanation', staff_member='pos_staffmember'),
        *permanent('sales_findingexplanation'),
    ]
