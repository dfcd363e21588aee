from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Owners see the page Health."""

    dependencies = [("sales", "0052_lists_are_found_by_index")]

    operations = [
        migrations.AlterModelOptions(
            name="booksproof",
            options={
                "ordering": ("-pk",),
                "permissions": [("view_health", "Can view how the server is")],
                "verbose_name": "check of the books",
                "verbose_name_plural": "checks of the books",
            },
        ),
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
