from django.db import migrations

from pos.core.schema import forbid_truncate

# What may change, and how often: seen again, and revoked once; used once.
GUARDS = {
    "pos_device_stays_what_it_was_made": """
        BEFORE UPDATE ON pos_device FOR EACH ROW WHEN (
            ROW(NEW.id, NEW.uid, NEW.company_id, NEW.till_id, NEW.name,
                NEW.enrolled_by_id, NEW.enrolled_at)
            IS DISTINCT FROM
            ROW(OLD.id, OLD.uid, OLD.company_id, OLD.till_id, OLD.name,
                OLD.enrolled_by_id, OLD.enrolled_at)
        )
    """,
    "pos_device_is_revoked_for_good": """
        BEFORE UPDATE ON pos_device FOR EACH ROW WHEN (
            OLD.revoked_at IS NOT NULL
            AND ROW(NEW.revoked_at, NEW.revoked_by_id, NEW.last_seen_at)
                IS DISTINCT FROM
                ROW(OLD.revoked_at, OLD.revoked_by_id, OLD.last_seen_at)
        )
    """,
    "pos_device_is_never_deleted": "BEFORE DELETE ON pos_device FOR EACH ROW",
    "pos_enrolmentcode_stays_what_it_was_made": """
        BEFORE UPDATE ON pos_enrolmentcode FOR EACH ROW WHEN (
            ROW(NEW.id, NEW.company_id, NEW.till_id, NEW.code_hash, NEW.device_name,
                NEW.made_by_id, NEW.made_at, NEW.expires_at)
            IS DISTINCT FROM
            ROW(OLD.id, OLD.company_id, OLD.till_id, OLD.code_hash, OLD.device_name,
                OLD.made_by_id, OLD.made_at, OLD.expires_at)
        )
    """,
    "pos_enrolmentcode_is_used_once": """
        BEFORE UPDATE ON pos_enrolmentcode FOR EACH ROW
        WHEN (OLD.used_at IS NOT NULL)
    """,
    "pos_enrolmentcode_is_never_deleted": """
        BEFORE DELETE ON pos_enrolmentcode FOR EACH ROW
    """,
}


def _guard(name):
    table = "_".join(name.split("_")[:2])
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {GUARDS[name]} EXECUTE FUNCTION forbid_change()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    """A device and a code stay what they were made, and are revoked or used once."""

    dependencies = [("pos", "0020_browsers_are_devices")]

    operations = [
        *(_guard(name) for name in GUARDS),
        forbid_truncate("pos_device"),
        forbid_truncate("pos_enrolmentcode"),
    ]
