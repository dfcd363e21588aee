from django.db import migrations, models


class Migration(migrations.Migration):
    """Hardly a sale is the other half of an exchange, hardly a document of a Z report:
    the keys of these columns leave the others out.
    """

    dependencies = [
        ("sales", "0050_keys_of_parts_begin_with_the_whole"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='fiscaldocument',
            constraint=models.UniqueConstraint(condition=models.Q(('z_report__isnull', False)), fields=('z_report',), name='z_report_is_documented_once'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.UniqueConstraint(condition=models.Q(('exchanged_for__isnull', False)), fields=('exchanged_for',), name='goods_are_exchanged_for_a_sale_once'),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_fiscaldocument DROP CONSTRAINT sales_fiscaldocument_z_report_id_key",
            "ALTER TABLE sales_fiscaldocument ADD CONSTRAINT sales_fiscaldocument_z_report_id_key UNIQUE (z_report_id)",
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_sale DROP CONSTRAINT sales_sale_exchanged_for_id_key",
            "ALTER TABLE sales_sale ADD CONSTRAINT sales_sale_exchanged_for_id_key UNIQUE (exchanged_for_id)",
        ),
    ]
