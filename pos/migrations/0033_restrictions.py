from importlib import import_module

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pos.core.ids
from django.db import migrations, models

from pos.core.history_triggers import write_history, write_history_of_closed_hours
from pos.core.schema import composite_keys

WEEKDAYS = [(1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday"), (6, "Saturday"), (7, "Sunday")]

DEPOSITS = import_module("pos.migrations.0032_container_deposits")
PRODUCT = (*DEPOSITS.PRODUCT, "containers")


# A function, since Django would write the statement for every page again.
RESTRICTION_FACTS = """
CREATE FUNCTION restriction_facts(restriction bigint) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_array(name, minimum_age, (
        SELECT jsonb_agg(jsonb_build_array(weekdays, begins_at, ends_at))
        FROM public.pos_closedperiod WHERE restriction_id = $1
    ))::text
    FROM public.pos_restriction WHERE id = $1
$$
"""


def restriction(help_text, related_name):
    return models.ForeignKey(
        blank=True,
        db_constraint=False,
        help_text=help_text,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="pos.restriction",
        verbose_name="restriction",
    )


def of_company(table):
    name = f"{table}_restriction_of_company"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY"
        " (company_id, restriction_id) REFERENCES pos_restriction (company_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Categories and products have restrictions: an age, and hours without sale."""

    dependencies = [("pos", "0032_container_deposits")]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=pos.core.ids.uuid7, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("minimum_age", models.PositiveSmallIntegerField(default=0, help_text="In years. 0: the till asks for no age.", validators=[django.core.validators.MaxValueValidator(99)], verbose_name="minimum age")),
                ("company", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="pos.company")),
            ],
            options={
                "verbose_name": "restriction",
                "verbose_name_plural": "restrictions",
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(fields=("company", "name"), name="restriction_name_once_per_company"),
                    models.UniqueConstraint(fields=("company", "uid"), name="restriction_uid_once_per_company"),
                    models.CheckConstraint(condition=models.Q(("minimum_age__gte", 0), ("minimum_age__lte", 99)), name="minimum_age_is_that_of_a_person"),
                ],
            },
        ),
        composite_keys("pos_restriction"),
        migrations.CreateModel(
            name="ClosedPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekdays", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=WEEKDAYS), size=None, verbose_name="days")),
                ("begins_at", models.TimeField(verbose_name="from")),
                ("ends_at", models.TimeField(help_text="On the next day, where it is not later than the first.", verbose_name="until")),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("restriction", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="closed_periods", to="pos.restriction")),
            ],
            options={
                "verbose_name": "closed hours",
                "verbose_name_plural": "closed hours",
                "default_permissions": (),
                "ordering": ("begins_at", "pk"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7]), ("weekdays__len__gt", 0)), name="closed_hours_are_of_days_of_the_week"),
                    models.CheckConstraint(condition=models.Q(("begins_at__second", 0), ("ends_at__second", 0)), name="closed_hours_are_in_whole_minutes", violation_error_message="Enter hours and minutes."),
                ],
            },
        ),
        composite_keys("pos_closedperiod", restriction="pos_restriction"),
        migrations.AddField(
            model_name="category",
            name="restriction",
            field=restriction("Age and hours of all its products that have no own restriction.", "categories"),
        ),
        of_company("pos_category"),
        migrations.AddField(
            model_name="product",
            name="restriction",
            field=restriction("Instead of its category's. Empty: its category's.", "products"),
        ),
        of_company("pos_product"),
        write_history("pos_restriction", "name", "minimum_age"),
        write_history_of_closed_hours(),
        write_history(
            "pos_category",
            *("name", "second_name", "position", "tint", "glyph", "restriction_id"),
        ),
        DEPOSITS.stop(write_history("pos_product", *PRODUCT)),
        write_history("pos_product", *PRODUCT, "restriction_id"),
        migrations.RunSQL(
            RESTRICTION_FACTS, "DROP FUNCTION restriction_facts(bigint)"
        ),
    ]
