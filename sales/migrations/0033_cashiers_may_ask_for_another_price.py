from importlib import import_module

from django.db import migrations

ROLES = import_module("sales.migrations.0025_shipped_roles_have_new_permissions")
# What a cashier was shipped with until now.
CASHIER = frozenset(
    {
        "sales.sell",
        "sales.finalize_sale",
        "sales.open_shift",
        "sales.close_shift",
        "sales.move_cash",
        "sales.view_sale",
        "sales.view_zreport",
        "sales.discount_sale",
        "sales.void_sale",
        "sales.refund_sale",
        "sales.correct_tender",
        "customers.view_customer",
        "customers.add_customer",
        "customers.change_customer",
        "pos.view_product",
    }
)
NEW = "sales.override_price"


def let_cashiers_ask(apps, schema_editor):
    """Let cashiers' roles that nobody has changed change prices.

    The shipped limit is 0: somebody else approves each.
    """
    roles = apps.get_model("pos", "Role").objects.filter(code="cashier")
    if not roles.exists():
        return
    known = ROLES._permissions(apps)
    keys = {pk: name for name, pk in known.items()}
    for role in roles:
        granted = role.permissions.values_list("pk", flat=True)
        if {keys.get(pk) for pk in granted} == CASHIER:
            role.permissions.add(known[NEW])


class Migration(migrations.Migration):
    """Cashiers may change prices, with somebody's approval."""

    dependencies = [
        ("pos", "0019_limits_and_approvals"),
        ("sales", "0032_supervisors_change_prices"),
    ]

    operations = [
        migrations.RunPython(
            let_cashiers_ask, migrations.RunPython.noop, elidable=True
        ),
    ]
