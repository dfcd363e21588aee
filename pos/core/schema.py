"""Schema: guarantees that Django cannot declare, as migration operations.

A :class:`pos.core.fields.CompanyForeignKey` has no constraint of Django's own. The
composite key that is made here replaces it, and also keeps a row from naming
another company's.
"""

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation


def composite_keys(table: str, **references: str) -> Operation:
    """Give the table ``UNIQUE (company_id, id)`` and keys that use it.

    ``references`` maps a column without its ``_id`` to the table it names.
    A NULL column is not checked.
    """
    forward = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_company UNIQUE (company_id, id)"
    ]
    backward = [f"ALTER TABLE {table} DROP CONSTRAINT {table}_of_company"]
    for column, target in references.items():
        name = f"{table}_{column}_of_company"
        forward.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {name}"
            f" FOREIGN KEY (company_id, {column}_id)"
            f" REFERENCES {target} (company_id, id)"
        )
        backward.insert(0, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return RunSQL(";".join(forward), ";".join(backward))


def forbid_truncate(table: str) -> Operation:
    """Refuse TRUNCATE of the table."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()",
        f"DROP TRIGGER {table}_is_never_truncated ON {table}",
    )


def permanent(table: str) -> list[Operation]:
    """Refuse UPDATE, DELETE and TRUNCATE: rows are only ever added."""
    return [
        RunSQL(
            f"CREATE TRIGGER {table}_is_permanent BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION forbid_change()",
            f"DROP TRIGGER {table}_is_permanent ON {table}",
        ),
        forbid_truncate(table),
    ]
