"""Roles: the two roles, and the databases that they share.

``tillkeeper_owner`` owns the tables and migrates; ``tillkeeper_app`` serves. The
cluster's superuser does what is in this file and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from config.localdb.cluster import Cluster
from config.localdb.conf import SUPERUSER

OWNER = "tillkeeper_owner"
APP = "tillkeeper_app"

# How long the serving role waits before it fails: till and database never wait for
# each other, or for a client that has disconnected.
SERVING = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "client_connection_check_interval": "5s",
}
# A change of a table retries its lock instead of waiting for it, since every other
# transaction would queue behind it.
MIGRATING = {"lock_timeout": "500ms"}
# The owner of a test's database does what the serving role does, and more at once.
TESTING = {"lock_timeout": SERVING["lock_timeout"]}


def make_roles(cluster: Cluster) -> None:
    """Make both roles if they are missing. Safe to repeat."""
    with _as_superuser(cluster) as connection:
        _make_roles(connection, is_durable=cluster.is_durable)


def make_database(cluster: Cluster, name: str) -> None:
    """Make the database ``name`` and both roles if missing. Safe to repeat."""
    with _as_superuser(cluster) as connection:
        _make_roles(connection, is_durable=cluster.is_durable)
        if not _exists(connection, "pg_database", "datname", name):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    _withdraw_large_objects(cluster, name)


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop the database ``name``, with everything in it."""
    with _as_superuser(cluster) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            )
        )


def _withdraw_large_objects(cluster: Cluster, name: str) -> None:
    """Let nobody store large objects; no table of the shop refers to one.

    Only a superuser can take this away from everybody.
    """
    with _as_superuser(cluster, name) as connection:
        connection.execute(
            "REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer),"
            " lo_from_bytea(oid, bytea) FROM PUBLIC"
        )


@contextmanager
def _as_superuser(
    cluster: Cluster, database: str = "postgres"
) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname=database, autocommit=True
    ) as connection:
        # Two processes may come here at once; the second waits for the first.
        connection.execute("SELECT pg_advisory_lock(hashtext('tillkeeper roles'))")
        yield connection


def _make_roles(connection: psycopg.Connection, *, is_durable: bool) -> None:
    for role in (OWNER, APP):
        if not _exists(connection, "pg_roles", "rolname", role):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
            )
    # Sessions of other roles, too, are shown to the command `doctor`.
    connection.execute(f"GRANT pg_read_all_stats TO {OWNER}")
    owner_waits = MIGRATING if is_durable else TESTING
    for role, waits in ((OWNER, owner_waits), (APP, SERVING)):
        for name, value in waits.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role), sql.Identifier(name), value
                )
            )
    if not is_durable:
        # A test makes its own databases, and tries what the serving role may do.
        connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
        connection.execute(f"GRANT {APP} TO {OWNER}")


def _exists(
    connection: psycopg.Connection, catalogue: str, column: str, name: str
) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(catalogue), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None
