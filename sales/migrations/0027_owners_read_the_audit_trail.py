from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Owners' roles that nobody has changed may read the audit trail."""

    dependencies = [
        ("pos", "0017_audit_trail"),
        ("sales", "0026_label_prices_are_marked"),
    ]

    operations = [
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
