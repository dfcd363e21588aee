"""A durable cluster for one run, and how a process of the run reaches it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg

from config.localdb import Cluster
from config.localdb.roles import APP, OWNER, make_database
from tests.support.throwaway import throwaway_cluster

NAME = "tillkeeper_benchmark"


@contextmanager
def benchmark_cluster() -> Iterator[Cluster]:
    """As durable as a shop's, with an empty database; removed afterwards."""
    with throwaway_cluster(is_durable=True) as cluster:
        make_database(cluster, NAME)
        yield cluster


def environment_of(cluster: Cluster) -> dict[str, str]:
    """The variables that make a process serve from the cluster's database."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://{APP}@/{cluster.socket}/{NAME}",
        "DATABASE_OWNER_URL": f"postgres://{OWNER}@/{cluster.socket}/{NAME}",
    }


def connect_django(environment: dict[str, str]) -> None:
    """Make this process one that serves from that database."""
    os.environ |= environment
    django.setup()


@contextmanager
def search_indexes_afterwards(cluster: Cluster) -> Iterator[None]:
    """Meanwhile there are none: over rows that are there they are made in no time."""
    with _as_owner(cluster) as connection:
        found = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND indexdef LIKE '%USING gin%'"
        ).fetchall()
        for name, _ in found:
            connection.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in found:
            connection.execute(definition)


@contextmanager
def history_may_be_written(cluster: Cluster) -> Iterator[None]:
    """Meanwhile finished sales are written as such, which no trigger would allow."""
    tables = ("sales_sale", "sales_saleline", "sales_tender")
    with _as_owner(cluster) as connection:
        for table in tables:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def gather_statistics(cluster: Cluster) -> None:
    """The planner knows the tables as they are, as in a shop that has long sold."""
    with _as_owner(cluster) as connection:
        # The server's own housekeeping may be at it; the owner waits for no lock long.
        connection.execute("SET lock_timeout = 0")
        connection.execute("ANALYZE")


def _as_owner(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket),
        user=OWNER,
        dbname=NAME,
        autocommit=True,
        options="-c statement_timeout=0",
    )


def postmaster(cluster: Cluster) -> int:
    """The process whose family is the server."""
    pid_file = cluster.data / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])
