import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models



class Migration(migrations.Migration):
    """What people look for is found in an index, however many sales there are."""

    dependencies = [
        ("sales", "0051_keys_leave_out_rows_without_a_value"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='receiptprint',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['printed_at'], name='print_by_time', pages_per_range=16),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(('kind', 'refund'), ('status', 'finalized')), fields=['company', '-finalized_at'], name='refund_by_time'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(('status', 'finalized')), fields=['company', 'total', '-finalized_at'], name='sale_by_total'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(models.Q(('due', models.F('total')), _negated=True), ('status', 'finalized')), fields=['company', 'due', '-finalized_at'], name='sale_by_due'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(models.F('company'), django.db.models.expressions.CombinedExpression(models.F('due'), '-', models.F('rounding')), models.OrderBy(models.F('finalized_at'), descending=True), condition=models.Q(models.Q(('deposits', 0), ('issued', 0), _negated=True), ('status', 'finalized')), name='sale_by_payable'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(condition=models.Q(('label', ''), _negated=True), fields=['company', '-id'], name='sale_with_label'),
        ),
        migrations.AddIndex(
            model_name='saleoperation',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['recorded_at'], name='operation_by_time', pages_per_range=16),
        ),
        migrations.AddIndex(
            model_name='tender',
            index=models.Index(models.F('company'), django.db.models.functions.text.Upper('reference'), condition=models.Q(('reference', ''), _negated=True), name='tender_by_reference'),
        ),
        migrations.AddIndex(
            model_name='tenderconfirmation',
            index=models.Index(models.F('company'), django.db.models.functions.text.Upper('reference'), name='confirmation_by_reference'),
        ),
        migrations.AddIndex(
            model_name='tenderconfirmation',
            index=models.Index(fields=['company', 'confirmed_at'], name='confirmation_by_time'),
        ),
        migrations.AddIndex(
            model_name='tender',
            index=models.Index(condition=models.Q(('is_pending', True)), fields=['company', 'id'], include=('sale', 'kind'), name='tender_once_pending'),
        ),
    ]
