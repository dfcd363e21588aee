from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")


class Migration(migrations.Migration):
    """Supervisors and owners see reports; cost, margin and files are the owner's."""

    dependencies = [("sales", "0044_sales_by_date")]

    operations = [
        migrations.AlterModelOptions(
            name="shifthour",
            options={
                "default_permissions": (),
                "ordering": ("shift", "business_date", "hour", "cashier"),
                "permissions": [
                    ("view_reports", "Can view the overview and reports"),
                    ("view_staff_figures", "Can view figures of staff members"),
                    ("view_margin", "Can view cost and margin in reports"),
                    ("export_figures", "Can export reports to files"),
                ],
                "verbose_name": "hour of a shift",
                "verbose_name_plural": "hours of shifts",
            },
        ),
        migrations.RunPython(
            ROLES.give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
