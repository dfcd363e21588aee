import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Several devices sell at one till: each of them has one open basket of its own."""

    dependencies = [
        ("pos", "0021_a_device_stays_what_it_was_made"),
        ("sales", "0033_cashiers_may_ask_for_another_price"),
    ]

    operations = [
        migrations.AddField(
            model_name='sale',
            name='device',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.device', verbose_name='device'),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_sale ADD CONSTRAINT sales_sale_device_of_company"
            " FOREIGN KEY (company_id, device_id) REFERENCES pos_device (company_id, id)",
            "ALTER TABLE sales_sale DROP CONSTRAINT sales_sale_device_of_company",
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'sale'), ('status', 'open')), fields=('company', 'device'), name='one_open_basket_per_device'),
        ),
    ]
