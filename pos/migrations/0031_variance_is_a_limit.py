from django.db import migrations, models

from pos.core.history_triggers import write_history

FINITE = models.Q(
    ("cash_rounding_step__lt", 100000000000),
    ("cash_rounding_step__isnull", True),
    _connector="OR",
)
ACTS = ("variance", "recount")
MAY = ("change_limit", "approve_variance")
CASH = ("cash_rounding_step", "cash_rounding")


def write_history_of_companies(*cash):
    """Write down these settings of cash, and every other of a company."""
    return write_history(
        "pos_company",
        *("code", "name", "registration_number", "tax_name", "gst_number"),
        *("gst_registered_on", "address", "phone", "currency", "currency_symbol"),
        *("currency_places", "time_zone", "prices_include_tax", "tax_rounding"),
        *("label_value", "label_item_digits", "label_value_digits"),
        *cash,
        *("allows_cash_below_zero", "accepted_tenders", "pin_digits", "lock_minutes"),
        *("receipt_header", "receipt_footer"),
        company="id",
    )


def stop_history_of_companies():
    """Take the trigger away that names the column, which else would go with it."""
    history = write_history_of_companies(*CASH, "variance_max")
    return migrations.RunSQL(history.reverse_sql, history.sql)


def set_limits(apps, schema_editor):
    """Give each role the limit that its company had for all of them.

    Who approves differences goes on without one, and who sets limits has none. Each
    other role has both rows, so that it goes on as it did whatever is shipped.
    """
    limit = apps.get_model("pos", "Limit")
    for company in apps.get_model("pos", "Company").objects.all():
        for role in company.roles.all():
            permissions = role.permissions.filter(codename__in=MAY)
            may = set(permissions.values_list("codename", flat=True))
            if "change_limit" in may or (may and role.code == "supervisor"):
                continue
            values = (None, None) if may else (company.variance_max, 0)
            for act, value in zip(ACTS, values, strict=True):
                limit.objects.create(company=company, role=role, act=act, value=value)


def set_variance_of_companies(apps, schema_editor):
    """Give each company the limit of its cashiers, or the smallest of a role.

    A company whose roles have none keeps what a company starts with.
    """
    limits = apps.get_model("pos", "Limit").objects
    for company in apps.get_model("pos", "Company").objects.all():
        rows = limits.filter(company=company, act="variance", value__isnull=False)
        row = (
            rows.filter(role__code="cashier").first() or rows.order_by("value").first()
        )
        if row is not None:
            company.variance_max = row.value
            company.save(update_fields=["variance_max"])
    for row in limits.filter(act__in=ACTS):
        row.delete()


class Migration(migrations.Migration):
    """How far a drawer may be off is a limit of each role."""

    dependencies = [
        ("pos", "0030_history_of_companies"),
    ]

    operations = [
        # Undone before the trigger is back: to put a value back is no change.
        stop_history_of_companies(),
        migrations.RunPython(set_limits, set_variance_of_companies, elidable=True),
        migrations.RemoveConstraint(
            model_name="company", name="company_amounts_are_finite"
        ),
        migrations.RemoveConstraint(
            model_name="company", name="variance_max_is_not_negative"
        ),
        migrations.RemoveField(model_name="company", name="variance_max"),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=FINITE, name="company_amounts_are_finite"
            ),
        ),
        write_history_of_companies(*CASH),
    ]
