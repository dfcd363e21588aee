import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A sale is one company's: what is once in it needs no company in its key,
    which then stands in for the index of the sale alone. A till's chain likewise.
    """

    dependencies = [
        ("pos", "0034_vouchers"),
        ("sales", "0049_a_label_is_no_discount"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='fiscaldocument',
            name='chain_number_once_per_till',
        ),
        migrations.RemoveConstraint(
            model_name='receiptprint',
            name='copy_number_once_per_sale',
        ),
        migrations.RemoveConstraint(
            model_name='saleline',
            name='line_position_once_per_sale',
        ),
        migrations.RemoveConstraint(
            model_name='saleoperation',
            name='operation_seq_once_per_sale',
        ),
        migrations.RemoveConstraint(
            model_name='tender',
            name='tender_position_once_per_sale',
        ),
        migrations.AlterField(
            model_name='fiscaldocument',
            name='till',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fiscal_documents', to='pos.till'),
        ),
        migrations.AlterField(
            model_name='receiptprint',
            name='sale',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='sales.sale'),
        ),
        migrations.AlterField(
            model_name='saleline',
            name='sale',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='sales.sale'),
        ),
        migrations.AlterField(
            model_name='saleoperation',
            name='sale',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='operations', to='sales.sale'),
        ),
        migrations.AlterField(
            model_name='tender',
            name='sale',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tenders', to='sales.sale'),
        ),
        migrations.AddConstraint(
            model_name='fiscaldocument',
            constraint=models.UniqueConstraint(fields=('till', 'chain_no'), name='chain_number_once_per_till'),
        ),
        migrations.AddConstraint(
            model_name='receiptprint',
            constraint=models.UniqueConstraint(fields=('sale', 'copy_number'), name='copy_number_once_per_sale'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.UniqueConstraint(fields=('sale', 'position'), name='line_position_once_per_sale'),
        ),
        migrations.AddConstraint(
            model_name='saleoperation',
            constraint=models.UniqueConstraint(fields=('sale', 'seq'), name='operation_seq_once_per_sale'),
        ),
        migrations.AddConstraint(
            model_name='tender',
            constraint=models.UniqueConstraint(fields=('sale', 'position'), name='tender_position_once_per_sale'),
        ),
    ]
