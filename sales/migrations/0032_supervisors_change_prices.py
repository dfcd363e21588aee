from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Roles that nobody has changed may change prices, but for a cashier's."""

    dependencies = [('sales', '0031_deposits_are_due')]

    operations = [
        migrations.AlterModelOptions(
            name='sale',
            options={'ordering': ('-pk',), 'permissions': [('sell', 'Can sell at a till'), ('finalize_sale', 'Can finalize a sale'), ('discount_sale', 'Can give a discount'), ('override_price', 'Can change the price of a line'), ('void_sale', 'Can void an open sale'), ('refund_sale', 'Can refund a sale'), ('approve_refund', 'Can approve a refund')], 'verbose_name': 'sale', 'verbose_name_plural': 'sales'},
        ),
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
