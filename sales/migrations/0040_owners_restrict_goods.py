from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Owners' roles that nobody has changed may set what goods ask for."""

    dependencies = [
        ("pos", "0033_restrictions"),
        ("sales", "0039_ages_are_checked"),
    ]

    operations = [
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
