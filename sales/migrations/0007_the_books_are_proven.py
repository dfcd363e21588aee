import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from pos.core.schema import (composite_keys, permanent)


class Migration(migrations.Migration):
    """Proofs of the books are kept, and stay as they were."""

    dependencies = [
        ('pos', '0005_the_largest_variance'),
        ('sales', '0006_a_close_is_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='BooksProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proven_at', models.DateTimeField(verbose_name='checked at')),
                ('asked_by', models.CharField(max_length=100, verbose_name='started by')),
                ('since', models.DateField(blank=True, help_text='Leave empty to check everything; balances are always checked in full.', null=True, verbose_name='sales since')),
                ('checks', models.PositiveIntegerField(verbose_name='checks')),
                ('violations', models.PositiveIntegerField(verbose_name='violations')),
                ('failures', models.PositiveIntegerField(help_text='These have not been checked.', verbose_name='checks not run')),
                ('milliseconds', models.PositiveIntegerField(verbose_name='milliseconds')),
                ('results', models.JSONField(verbose_name='results')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
            ],
            options={
                'verbose_name': 'check of the books',
                'verbose_name_plural': 'checks of the books',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('checks__gt', 0), ('failures__lte', models.F('checks'))), name='a_proof_makes_checks')],
            },
        ),
        composite_keys('sales_booksproof'),
        *permanent('sales_booksproof'),
    ]
