import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pos.core.history_triggers import (
    make_history_function,
    write_history,
    write_history_of_limits,
    write_history_of_permissions,
)
from pos.core.schema import composite_keys, forbid_truncate


class Migration(migrations.Migration):
    """What the fields of a row were is written down by triggers, and by nothing else."""

    dependencies = [("pos", "0022_who_approves_may_enrol_devices")]

    operations = [
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="kind of object")),
                ("row_key", models.BigIntegerField()),
                ("field", models.CharField(max_length=60, verbose_name="field")),
                ("before", models.TextField(null=True)),
                ("after", models.TextField(null=True)),
                ("is_personal", models.BooleanField(default=False)),
                ("is_erased", models.BooleanField(default=False)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=600)),
                ("database_user", models.CharField(max_length=63)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                ("company", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("staff_member", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="staff member")),
                ("till", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.till", verbose_name="till")),
            ],
            options={
                "verbose_name": "change of a field",
                "verbose_name_plural": "changes of fields",
                "ordering": ("-pk",),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["company", "kind", "row_key", "-id"], name="changes_of_a_row"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("is_erased", False), models.Q(("after__isnull", True), ("before__isnull", True), ("is_personal", True)), _connector="OR"), name="only_personal_values_are_erased"),
                ],
            },
        ),
        composite_keys("pos_fieldchange", staff_member="pos_staffmember", till="pos_till"),
        forbid_truncate("pos_fieldchange"),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_fieldchange_is_written_by_triggers
            BEFORE INSERT ON pos_fieldchange FOR EACH ROW
            WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER pos_fieldchange_is_never_deleted
            BEFORE DELETE ON pos_fieldchange FOR EACH ROW
            EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER pos_fieldchange_is_only_erased
            BEFORE UPDATE ON pos_fieldchange FOR EACH ROW WHEN (
                NOT NEW.is_erased OR
                ROW(NEW.id, NEW.company_id, NEW.kind, NEW.row_key, NEW.field,
                    NEW.is_personal, NEW.staff_member_id, NEW.till_id, NEW.actor_name,
                    NEW.source, NEW.database_user, NEW.changed_at)
                IS DISTINCT FROM
                ROW(OLD.id, OLD.company_id, OLD.kind, OLD.row_key, OLD.field,
                    OLD.is_personal, OLD.staff_member_id, OLD.till_id, OLD.actor_name,
                    OLD.source, OLD.database_user, OLD.changed_at)
            ) EXECUTE FUNCTION forbid_change();
            """,
            """
            DROP TRIGGER pos_fieldchange_is_only_erased ON pos_fieldchange;
            DROP TRIGGER pos_fieldchange_is_never_deleted ON pos_fieldchange;
            DROP TRIGGER pos_fieldchange_is_written_by_triggers ON pos_fieldchange;
            """,
        ),
        make_history_function(),
        write_history(
            "pos_outlet",
            *("code", "name", "address", "phone", "time_zone", "day_ends_at"),
            "is_active",
        ),
        write_history("pos_till", "outlet_id", "code", "name", "is_active"),
        write_history(
            "pos_product",
            *("category_id", "sku", "name", "second_name", "description", "price"),
            *("is_open_price", "cost", "tax_code", "unit", "is_tracked", "when_out"),
            *("is_favourite", "tile_position", "glyph", "is_active"),
        ),
        write_history("pos_taxrate", "tax_code", "rate", "valid_from"),
        write_history(
            "pos_staffmember",
            *("role_id", "username", "name", "language", "is_active", "is_staff"),
            "is_superuser",
            personal=("username", "name"),
        ),
        write_history("pos_role", "code", "name"),
        write_history_of_limits(),
        *write_history_of_permissions(),
    ]
