import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys, forbid_truncate, permanent

HEADS = ("pos_till", "pos_audithead")


def head_only_moves_on(table):
    """The number of the last entry only rises, and the hash moves with it."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_audit_head_moves_with_its_number
        BEFORE UPDATE ON {table} FOR EACH ROW WHEN (
            NEW.last_audit_no < OLD.last_audit_no
            OR (NEW.audit_head = OLD.audit_head)
            <> (NEW.last_audit_no = OLD.last_audit_no)
        ) EXECUTE FUNCTION forbid_change()
        """,
        f"DROP TRIGGER {table}_audit_head_moves_with_its_number ON {table}",
    )


class Migration(migrations.Migration):
    """What people do is written down, in chains that only grow."""

    dependencies = [("pos", "0016_products_by_a_word")]

    operations = [
        migrations.AddField(
            model_name="till",
            name="audit_head",
            field=models.CharField(default="0" * 64, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="till",
            name="last_audit_no",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_audit_no", models.PositiveIntegerField(default=0)),
                ("audit_head", models.CharField(default="0" * 64, max_length=64)),
                ("company", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
            ],
            options={"verbose_name": "head of the audit trail", "verbose_name_plural": "heads of the audit trail"},
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("act", models.CharField(max_length=40, verbose_name="act")),
                ("subject_kind", models.CharField(max_length=60, verbose_name="kind of object")),
                ("subject_key", models.CharField(max_length=64, verbose_name="key of the object")),
                ("subject_name", models.CharField(max_length=200, verbose_name="object")),
                ("happened_at", models.DateTimeField(verbose_name="time")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("text", models.TextField(verbose_name="text")),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                ("approved_by", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="approved by")),
                ("company", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("staff_member", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="staff member")),
                ("till", models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.till", verbose_name="till")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["company", "happened_at"], name="audit_by_time"),
                    models.Index(fields=["company", "staff_member", "id"], name="audit_by_staff"),
                    models.Index(fields=["company", "subject_key"], name="audit_by_subject"),
                    models.Index(fields=["company", "subject_name"], name="audit_by_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "till", "number"), name="audit_number_once_per_till"),
                    models.UniqueConstraint(condition=models.Q(("till__isnull", True)), fields=("company", "number"), name="audit_number_once_per_company"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditPersonal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.CharField(max_length=32)),
                ("text", models.TextField()),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("entry", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="personal", to="pos.auditentry")),
            ],
            options={
                "verbose_name": "personal values of an audit entry",
                "verbose_name_plural": "personal values of audit entries",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(models.Q(("salt", ""), ("text", "")), models.Q(models.Q(("salt", ""), _negated=True), models.Q(("text", ""), _negated=True)), _connector="OR"), name="personal_values_go_with_their_salt"),
                ],
            },
        ),
        composite_keys("pos_audithead"),
        composite_keys(
            "pos_auditentry",
            till="pos_till",
            staff_member="pos_staffmember",
            approved_by="pos_staffmember",
        ),
        composite_keys("pos_auditpersonal", entry="pos_auditentry"),
        *permanent("pos_auditentry"),
        *(head_only_moves_on(table) for table in HEADS),
        forbid_truncate("pos_audithead"),
        forbid_truncate("pos_auditpersonal"),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_audithead_is_never_deleted
            BEFORE DELETE ON pos_audithead FOR EACH ROW
            EXECUTE FUNCTION forbid_change();
            CREATE TRIGGER pos_auditpersonal_is_never_deleted
            BEFORE DELETE ON pos_auditpersonal FOR EACH ROW
            EXECUTE FUNCTION forbid_change();
            -- Erased: the salt goes with the values, or they could be guessed.
            CREATE TRIGGER pos_auditpersonal_is_only_erased
            BEFORE UPDATE ON pos_auditpersonal FOR EACH ROW WHEN (
                NEW.salt <> '' OR NEW.text <> '' OR
                ROW(NEW.id, NEW.company_id, NEW.entry_id)
                    IS DISTINCT FROM ROW(OLD.id, OLD.company_id, OLD.entry_id)
            ) EXECUTE FUNCTION forbid_change();
            """,
            """
            DROP TRIGGER pos_auditpersonal_is_only_erased ON pos_auditpersonal;
            DROP TRIGGER pos_auditpersonal_is_never_deleted ON pos_auditpersonal;
            DROP TRIGGER pos_audithead_is_never_deleted ON pos_audithead;
            """,
        ),
    ]
