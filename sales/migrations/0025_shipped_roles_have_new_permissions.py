from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ("pos", "customers", "sales")
SUPERVISOR = frozenset(
    {
        "sales.sell",
        "sales.finalize_sale",
        "sales.open_shift",
        "sales.close_shift",
        "sales.move_cash",
        "sales.discount_sale",
        "sales.void_sale",
        "sales.refund_sale",
        "sales.correct_tender",
        "sales.approve_variance",
        "sales.open_drawer",
        "sales.overdraw_drawer",
        "sales.approve_refund",
        "sales.override_price",
        "pos.approve_discount",
        "pos.approve_cash_out",
        "customers.add_customer",
        "customers.change_customer",
        "customers.deactivate_customer",
        "customers.adjust_points",
        "pos.receive_stock",
        "pos.count_stock",
        "pos.enrol_device",
        "pos.add_category",
        "pos.change_category",
        "pos.add_product",
        "pos.change_product",
        "pos.add_barcode",
        "pos.change_barcode",
    }
)
OWNER = SUPERVISOR | {
    "sales.explain_finding",
    "sales.export_figures",
    "pos.change_limit",
    "pos.use_every_outlet",
    "customers.change_loyaltyprogramme",
    "pos.change_company",
    "pos.add_outlet",
    "pos.change_outlet",
    "pos.add_till",
    "pos.change_till",
    "pos.add_role",
    "pos.change_role",
    "pos.delete_role",
    "pos.add_staffmember",
    "pos.change_staffmember",
    "pos.add_taxrate",
    "pos.change_taxrate",
    "pos.delete_taxrate",
    "pos.add_containerdeposit",
    "pos.change_containerdeposit",
    "pos.delete_containerdeposit",
    "pos.change_stockitem",
    "pos.delete_category",
    "pos.delete_product",
    "pos.delete_barcode",
    "pos.add_restriction",
    "pos.change_restriction",
    "pos.delete_restriction",
    "pos.add_voucherkind",
    "pos.change_voucherkind",
    "pos.delete_voucherkind",
}
# What the shipped roles may, besides seeing everything.
SHIPPED = {"supervisor": SUPERVISOR, "owner": OWNER}
# But for what is only the owner's to see.
OWNERS_VIEW = frozenset(
    {"pos.view_auditentry", "pos.view_audithead", "pos.view_auditpersonal"}
    | {"pos.view_attempt", "pos.view_attemptalarm", "sales.view_margin"}
    | {"sales.view_health"}
)
# What did not exist when some of them were made.
NEW = frozenset(
    {
        "pos.approve_cash_out",
        "pos.approve_discount",
        "pos.change_limit",
        "pos.view_approval",
        "pos.view_limit",
        "sales.explain_finding",
        "sales.export_figures",
        "sales.overdraw_drawer",
        "sales.override_price",
        "sales.view_findingexplanation",
        "sales.view_partpayment",
        "sales.view_refusedcashout",
        "sales.view_reports",
        "sales.view_staff_figures",
        "pos.enrol_device",
        "pos.use_every_outlet",
        "pos.view_device",
        "pos.view_staffoutlet",
        "pos.view_enrolmentcode",
        *(
            f"pos.{verb}_containerdeposit"
            for verb in ("view", "add", "change", "delete")
        ),
        "pos.add_restriction",
        "pos.change_restriction",
        "pos.delete_restriction",
        "pos.view_restriction",
        *(f"pos.{verb}_voucherkind" for verb in ("view", "add", "change", "delete")),
        *OWNERS_VIEW,
    }
)


def give_new_permissions(apps, schema_editor):
    """Give roles that are as they were shipped the permissions added since.

    A role that its owner has changed is left as it is.
    """
    role_model = apps.get_model("pos", "Role")
    roles = role_model.objects.filter(code__in=SHIPPED)
    if not roles.exists():
        return
    known = _permissions(apps)
    sees = {name for name in known if name.partition(".")[2].startswith("view_")}
    for role in roles:
        # What comes by a later migration is given there.
        shipped = SHIPPED[role.code] & known.keys() | sees
        if role.code != "owner":
            shipped -= OWNERS_VIEW
        granted = set(role.permissions.values_list("pk", flat=True))
        has = {name for name, pk in known.items() if pk in granted}
        if has <= shipped and shipped - has <= NEW:
            role.permissions.add(*(known[name] for name in shipped - has))


def _permissions(apps):
    """Return the keys of all permissions of our apps by name, new ones too.

    Django itself adds these only when all migrations have run.
    """
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    rows = permissions.filter(content_type__app_label__in=APPS)
    names = rows.values_list("content_type__app_label", "codename", "pk")
    return {f"{label}.{codename}": pk for label, codename, pk in names}


class Migration(migrations.Migration):
    """Shipped roles that nobody has changed have the permissions added since."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pos", "0011_staff_join_at_the_databases_time"),
        ("customers", "0003_permanence"),
        ("sales", "0024_part_payments_are_approved"),
    ]

    operations = [
        migrations.RunPython(
            give_new_permissions, migrations.RunPython.noop, elidable=True
        ),
    ]
