from django.db import migrations

from pos.core.schema import fix_search_path


class Migration(migrations.Migration):
    """A session cannot choose which tables a trigger function reads."""

    dependencies = [
        ("sales", "0011_stated_tax"),
        ("pos", "0008_trigger_functions_fix_their_search_path"),
    ]

    operations = [
        fix_search_path(
            "check_close_is_whole",
            "check_sale_balances",
            "check_z_report_since_last_shift",
            "forbid_change_of_finished_sale",
            "require_open_shift",
        ),
    ]
