from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Owners' roles that nobody has changed use the tills of every outlet."""

    dependencies = [
        ("pos", "0027_staff_have_their_outlets"),
        ("sales", "0034_a_basket_is_a_devices"),
    ]

    operations = [
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
