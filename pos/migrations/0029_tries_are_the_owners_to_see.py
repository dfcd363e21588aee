from django.db import migrations


def take_permission(apps, schema_editor):
    """Let only roles see tries that read the audit trail, too."""
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="pos", codename="view_attempt"
    )
    roles = apps.get_model("pos", "Role").objects
    for role in roles.exclude(permissions__codename="view_auditentry"):
        role.permissions.remove(*permissions)


class Migration(migrations.Migration):
    """What people tried is listed for owners."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pos", "0028_alarms_of_wrong_tries"),
    ]

    operations = [
        migrations.RunPython(
            take_permission, migrations.RunPython.noop, elidable=True
        ),
    ]
