from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Roles that nobody has changed may approve, and owners set limits."""

    dependencies = [
        ("pos", "0019_limits_and_approvals"),
        ("sales", "0027_owners_read_the_audit_trail"),
    ]

    operations = [
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
