from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Owners' roles that nobody has changed may make kinds of vouchers."""

    dependencies = [
        ("pos", "0034_vouchers"),
        ("sales", "0041_vouchers"),
    ]

    operations = [
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
