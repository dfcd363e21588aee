from django.db import migrations, models


class Migration(migrations.Migration):
    """What comes back in an exchange stays with the basket."""

    dependencies = [
        ('sales', '0017_refused_cash_outs'),
    ]

    operations = [
        migrations.AddField(
            model_name='sale',
            name='returned_goods',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='returned goods'),
        ),
    ]
