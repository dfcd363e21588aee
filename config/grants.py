"""What the serving role may do, and how long it may wait."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

RIGHTS = [
    sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"),
    sql.SQL("GRANT USAGE ON SCHEMA public TO {role}"),
    sql.SQL(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    ),
    sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"),
    sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}"),
]

# A ledger is known by its triggers: those that forbid a change of any row.
LEDGERS = """
    SELECT relname, bool_or(tgtype & 16 <> 0), bool_or(tgtype & 8 <> 0)
    FROM pg_trigger
    JOIN pg_proc ON pg_proc.oid = tgfoid
    JOIN pg_class ON pg_class.oid = tgrelid
    WHERE proname = 'forbid_change'
        AND tgqual IS NULL AND tgattr = ''::int2vector AND tgtype & 24 <> 0
    GROUP BY relname
"""

TIMEOUTS = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
}


def grant_serving(connection: BaseDatabaseWrapper, role: str) -> None:
    """``role`` may read and write rows, but neither define nor empty tables.

    Ledgers may only be added to. Every session in this database, whoever's,
    begins with the timeouts. Safe to repeat; run as the owner of the tables.
    """
    database = connection.settings_dict["NAME"]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in RIGHTS:
            cursor.execute(statement.format(role=sql.Identifier(role)))
        cursor.execute(LEDGERS)
        for table, keeps_values, keeps_rows in cursor.fetchall():
            kept = [*["UPDATE"] * keeps_values, *["DELETE"] * keeps_rows]
            cursor.execute(
                sql.SQL("REVOKE {} ON {} FROM {}").format(
                    sql.SQL(", ").join(map(sql.SQL, kept)),
                    sql.Identifier(table),
                    sql.Identifier(role),
                )
            )
        for name, value in TIMEOUTS.items():
            cursor.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    sql.Identifier(database), sql.Identifier(name), value
                )
            )
