"""Grants: what the serving role may do."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from config.localdb.roles import SERVING

# What everybody may do in a new database, and nobody needs. A temporary table would
# hide the real one of its name.
WITHDRAWN = [
    sql.SQL("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"),
    sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC"),
    sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC"),
]

# Everything is taken away first, so that no grant of earlier times remains.
RIGHTS = [
    sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM {role}"),
    sql.SQL("REVOKE ALL ON SCHEMA public FROM {role}"),
    sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"),
    sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"),
    sql.SQL("GRANT USAGE ON SCHEMA public TO {role}"),
    sql.SQL(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    ),
    sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"),
    sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}"),
]

# A ledger is a table with triggers that forbid a change of any row, to everybody or to
# all but the owner of the tables. What only triggers write has one that forbids every
# other INSERT.
LEDGERS = """
    SELECT relname,
        bool_or(tgtype & 16 <> 0 AND tgqual IS NULL),
        bool_or(tgtype & 8 <> 0 AND tgqual IS NULL),
        bool_or(tgtype & 4 <> 0)
    FROM pg_trigger
    JOIN pg_proc ON pg_proc.oid = tgfoid
    JOIN pg_class ON pg_class.oid = tgrelid
    WHERE proname IN ('forbid_change', 'forbid_change_but_by_owner')
        AND tgattr = ''::int2vector
        AND (tgqual IS NULL AND tgtype & 24 <> 0 OR tgtype & 4 <> 0)
    GROUP BY relname
"""


def withdraw_from_everybody(connection: BaseDatabaseWrapper) -> None:
    """Let no role make tables here that nobody has allowed to. Safe to repeat."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in WITHDRAWN:
            cursor.execute(statement.format(database=_database(cursor)))


def grant_serving(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let ``role`` read and write rows, but neither define nor empty tables.

    Ledgers may only be added to. Safe to repeat; run as the owner of the tables.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        names = {"role": sql.Identifier(role), "database": _database(cursor)}
        for statement in RIGHTS:
            cursor.execute(statement.format(**names))
        cursor.execute(LEDGERS)
        for table, keeps_values, keeps_rows, is_of_triggers in cursor.fetchall():
            withheld = [
                *["UPDATE"] * keeps_values,
                *["DELETE"] * keeps_rows,
                *["INSERT"] * is_of_triggers,
            ]
            cursor.execute(
                sql.SQL("REVOKE {} ON {} FROM {}").format(
                    sql.SQL(", ").join(map(sql.SQL, withheld)),
                    sql.Identifier(table),
                    sql.Identifier(role),
                )
            )


def set_role_timeouts(connection: BaseDatabaseWrapper) -> None:
    """Set the time limits of every session of the serving role in this database.

    The role sets them for itself, which needs no further right. On the private
    server its superuser has set them already.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Two at once would change the same row of the system catalogue.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tillkeeper timeouts'))")
        database = _database(cursor)
        for name, value in SERVING.items():
            cursor.execute(
                sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET {} = {}").format(
                    database, sql.Identifier(name), value
                )
            )


def _database(cursor: CursorWrapper) -> sql.Identifier:
    """Return the name of this database, which a pooler may know by another."""
    cursor.execute("SELECT current_database()")
    return sql.Identifier(cursor.fetchone()[0])
