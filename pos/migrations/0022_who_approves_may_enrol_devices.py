from django.contrib.auth.management import create_permissions
from django.db import migrations


def give_permission(apps, schema_editor):
    """Let roles that approve differences enrol devices, so that no shop is locked out.

    Without a device nobody sells, and nobody can grant what they have not got.
    """
    roles = apps.get_model("pos", "Role").objects.filter(
        permissions__codename="approve_variance"
    )
    if not roles.exists():
        return
    config = apps.get_app_config("pos")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    new = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="pos", codename__in=["enrol_device", "view_device"]
    )
    for role in roles:
        role.permissions.add(*new)


class Migration(migrations.Migration):
    """Roles that approve differences may enrol devices."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pos", "0021_a_device_stays_what_it_was_made"),
    ]

    operations = [
        migrations.RunPython(
            give_permission, migrations.RunPython.noop, elidable=True
        ),
    ]
