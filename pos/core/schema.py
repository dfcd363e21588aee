"""Schema: guarantees that Django cannot declare, as migration operations.

A :class:`pos.core.fields.CompanyForeignKey` has no constraint of Django's own. The
composite key that is made here replaces it, and also keeps a row from naming
another company's.
"""

from collections.abc import Mapping

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation

# Where a trigger function looks for tables, whatever its session has set.
SEARCH_PATH = "pg_catalog, public, pg_temp"

# The place before a table's name, but not where it is a text or has its schema.
TABLE_NAME = r"(?<![''.])\m(?=(pos|customers|sales)_)"


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


def fix_search_path(*functions: str) -> Operation:
    """Make trigger functions read the tables of the schema ``public`` and no others.

    Without it a temporary table hides the real one of that name: it comes first in
    the search path of a session. The names in the functions get their schema, too.
    A new function is written so from the beginning: ``FROM public.sales_sale``, and
    ``SET search_path = pg_catalog, public, pg_temp`` before ``AS``.
    """
    forward, backward = [], []
    for function in functions:
        forward += [
            _rewrite(function, rf"regexp_replace(%s, '{TABLE_NAME}', 'public.', 'g')"),
            f"ALTER FUNCTION {function}() SET search_path = {SEARCH_PATH}",
        ]
        backward += [
            _rewrite(function, "replace(%s, 'public.', '')"),
            f"ALTER FUNCTION {function}() RESET search_path",
        ]
    return RunSQL((*forward,), (*backward,))


def replace_in_function(function: str, changes: Mapping[str, str]) -> Operation:
    """Change these parts of a trigger function's source; backwards, change them back.

    Each of them is in it once, before and after.
    """
    forward = backward = "%s"
    for before, after in changes.items():
        forward = f"replace({forward}, $text${before}$text$, $text${after}$text$)"
        backward = f"replace({backward}, $text${after}$text$, $text${before}$text$)"
    return RunSQL(_rewrite(function, forward), _rewrite(function, backward))


def _rewrite(function: str, change: str) -> str:
    """Return the statement that makes the function again with its source changed."""
    source = f"pg_get_functiondef('{function}'::regproc)"
    return f"DO $do$ BEGIN EXECUTE {change % source}; END $do$"
